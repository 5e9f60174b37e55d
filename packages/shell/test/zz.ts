import { Organisations } from './fresh-organisation.ts';
const o = await Organisations.start();
const s = await o.fresh();
for (const line of [
  'New-UMDialPlan -Name MyDialPlan -URIType SipName -NumberOfDigitsInExtension 4 -VoIPSecurity Secured -CountryOrRegionCode 1',
  'New-User -Name "Tony Smith" -UserPrincipalName tonysmith@contoso.com -MailAddress tonysmith@contoso.com -Phone "+1 425 555 5150"',
  'Enable-UMMailbox -Identity tonysmith@contoso.com -UMMailboxPolicy "MyDialPlan Default Policy" -Extensions 5150 -SIPResourceIdentifier tonysmith@contoso.com',
  'Get-UMMailboxPin', '(Get-UMMailbox tonysmith).EmailAddresses', 'Set-User "Tony Smith" -Title Clerk -CreateDTMFMap', '(Get-User "Tony Smith").Title','(Get-User "Tony Smith").UMDtmfMap',
  'Set-UMMailboxPIN tonysmith -Pin 1234', 'New-UMAutoAttendant A -UMDialPlan MyDialPlan', 'Get-UMDialPlan MyDialPlan | Format-List Name,PhoneContext,UMAutoAttendants', '$a = Get-UMAutoAttendant A; $a.BusinessHoursSchedule', 'Remove-UMDialPlan MyDialPlan -Confirm:$false', 'Set-UMAutoAttendant A -InfoAnnouncementEnabled $true',
]) { const r = await s.type(line); console.log('>', line, '\n', r.code, r.out, r.err); }
await o[Symbol.asyncDispose]();
