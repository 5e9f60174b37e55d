import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Fresh, Organisations } from './fresh-organisation.ts';

// Lines of people's scripts, as they are typed, against a real door.

let organisations: Organisations;
before(async () => {
  organisations = await Organisations.start();
});
after(() => organisations[Symbol.asyncDispose]());

/** Runs a line that must do what it says; gives what it prints. */
async function done(shell: Fresh, line: string): Promise<string> {
  const { code, out, err } = await shell.type(line);
  assert.equal(code, 0, `${line}\n${err}`);
  return out;
}

/** Runs a line that must be refused; gives what is said. */
async function refused(shell: Fresh, line: string): Promise<string> {
  const { code, err } = await shell.type(line);
  assert.equal(code, 1, `${line} was not refused`);
  return err;
}

const DIAL_PLAN =
  'New-UMDialPlan -Name MyDialPlan -URIType SipName -NumberOfDigitsInExtension 4 -VoIPSecurity Secured -CountryOrRegionCode 1';
const TONY =
  'New-User -Name "Tony Smith" -FirstName Tony -LastName Smith -UserPrincipalName tonysmith@contoso.com -SamAccountName contoso\\tonysmith -MailAddress tonysmith@contoso.com';

/** What the lines for communications stand on. */
const COMMUNICATIONS = [
  'New-CsSite Redmond',
  'New-CsPool RedmondPool.litwareinc.com -Site Redmond',
  'New-OrganizationalUnit "HostedExUM Integration" -Path "dc=litwareinc,dc=com"',
  'New-OrganizationalUnit "North America" -Path "dc=litwareinc,dc=com"',
  'New-OrganizationalUnit Finance -Path "ou=North America,dc=litwareinc,dc=com"',
  'New-User "Ken Myer" -UserPrincipalName kenmyer@litwareinc.com -SamAccountName "contoso\\kenmyer" -OU "ou=Finance,ou=North America,dc=litwareinc,dc=com"',
];
const POLICY =
  'New-CsHostedVoicemailPolicy -Identity ExRedmond -Destination ExUM.fabrikam.com -Organization "corp1.litwareinc.com, corp2.litwareinc.com"';
const CONTACT =
  'New-CsExUmContact -SipAddress "sip:exumaa1@fabrikam.com" -RegistrarPool "RedmondPool.litwareinc.com" -OU "HostedExUM Integration" -DisplayNumber "+14255550101" -AutoAttendant $True';

async function prepared(lines: readonly string[]): Promise<Fresh> {
  const shell = await organisations.fresh();
  for (const line of lines) await done(shell, line);
  return shell;
}

test('a dial plan and the policy that is made with it', async () => {
  const shell = await prepared([DIAL_PLAN]);
  assert.equal(
    await done(shell, '(Get-UMMailboxPolicy "MyDialPlan Default Policy").AllowMissedCallNotifications'),
    'True\n',
  );
  assert.match(await done(shell, 'Get-UMDialPlan MyDialPlan | Format-List'), /^VoIPSecurity +: Secured$/m);
});

test('a policy of its own lets notices of missed calls be', async () => {
  const shell = await prepared([DIAL_PLAN, 'New-UMMailboxPolicy -Name MyUMMailboxPolicy -UMDialPlan MyDialPlan']);
  await done(shell, 'Set-UMMailboxPolicy -identity MyUMMailboxPolicy -AllowMissedCallNotifications $false');
  await done(shell, 'Set-UMMailboxPolicy -identity MyUMMailboxPolicy -AllowMissedCallNotifications $true');
  assert.equal(await done(shell, '(Get-UMMailboxPolicy MyUMMailboxPolicy).AllowMissedCallNotifications'), 'True\n');
});

test('a person gets a mailbox, and -WhatIf tells and does nothing', async () => {
  const shell = await prepared([DIAL_PLAN, TONY]);
  await done(
    shell,
    'Enable-UMMailbox -Identity tonysmith@contoso.com -UMMailboxPolicy "MyDialPlan Default Policy" -Extensions 5150 -SIPResourceIdentifier tonysmith@contoso.com',
  );
  const out = await done(
    shell,
    'Get-UMMailbox | Where-Object { $_.UMMailboxPolicy -like "*Default*" } | Set-UMMailbox -MissedCallNotificationEnabled $false -WhatIf',
  );
  assert.match(out, /^What if: Performing the operation "Set-UMMailbox" on target "tonysmith/m);
  assert.equal(await done(shell, '(Get-UMMailbox tonysmith@contoso.com).MissedCallNotificationEnabled'), 'True\n');
  assert.equal(await done(shell, '(Get-UMMailbox tonysmith@contoso.com).Extensions'), '5150\n');
});

test('a hosted voicemail policy is granted to one, to a unit, to whoever is called so, and to a contact', async () => {
  const shell = await prepared([...COMMUNICATIONS, POLICY]);
  const granted = '(Get-CsUser "Ken Myer").HostedVoicemailPolicy';
  const take = 'Grant-CsHostedVoicemailPolicy -Identity "Ken Myer" -PolicyName $null';
  for (const line of [
    'Grant-CsHostedVoicemailPolicy -Identity "Ken Myer" -PolicyName ExRedmond',
    'Get-CsUser -OU "ou=Finance,ou=North America,dc=litwareinc,dc=com" | Grant-CsHostedVoicemailPolicy -PolicyName ExRedmond',
    'Grant-CsHostedVoicemailPolicy -Identity "* Myer" -PolicyName ExRedmond',
  ]) {
    await done(shell, line);
    assert.match(await done(shell, granted), /ExRedmond/, line);
    await done(shell, take);
    assert.doesNotMatch(await done(shell, granted), /ExRedmond/);
  }
});

test('members of a group are granted a policy', async () => {
  const shell = await prepared([
    ...COMMUNICATIONS,
    POLICY,
    'New-DistributionGroup Sales',
    'Add-DistributionGroupMember Sales -Member kenmyer@litwareinc.com',
  ]);
  await done(shell, 'Get-DistributionGroupMember Sales | Grant-CsHostedVoicemailPolicy -PolicyName ExRedmond');
  assert.match(await done(shell, '(Get-CsUser "Ken Myer").HostedVoicemailPolicy'), /ExRedmond/);
});

test('hosted voicemail is switched on by the name of a domain', async () => {
  const shell = await prepared([...COMMUNICATIONS, POLICY]);
  await done(shell, 'Grant-CsHostedVoicemailPolicy -Identity "Ken Myer" -PolicyName ExRedmond');
  await done(
    shell,
    'Enable-CsUser "Ken Myer" -RegistrarPool RedmondPool.litwareinc.com -SipAddress sip:kenmyer@litwareinc.com',
  );
  await done(shell, 'Set-CsUser -HostedVoiceMail $True -Identity "contoso\\kenmyer"');
  assert.equal(await done(shell, '(Get-CsUser "Ken Myer").HostedVoiceMail'), 'True\n');
});

test('a contact is refused without the permission on its unit, and allowed with it', async () => {
  const shell = await prepared(COMMUNICATIONS);
  assert.match(await refused(shell, CONTACT), /HostedExUM Integration/);
  await done(
    shell,
    'Grant-CsOUPermission -OU "ou=HostedExUM Integration,dc=litwareinc,dc=com" -ObjectType "User","Contact"',
  );
  await done(shell, CONTACT);
  await done(shell, 'Set-CsExUmContact -Identity "sip:exumaa1@fabrikam.com" -DisplayNumber "+14255550102"');
  await done(shell, POLICY);
  await done(shell, 'Grant-CsHostedVoicemailPolicy -Identity sip:exumaa1@fabrikam.com -PolicyName ExRedmond');
  await done(shell, 'Remove-CsExUmContact "sip:exumaa1@fabrikam.com" -Confirm:$false');
});

test('the edge and a provider', async () => {
  const shell = await organisations.fresh();
  await done(shell, 'Set-CsAccessEdgeConfiguration -UseDnsSrvRouting -AllowFederatedUsers 1 -EnablePartnerDiscovery 0');
  assert.match(
    await done(shell, 'Get-CsAccessEdgeConfiguration | fl AllowFederatedUsers, EnablePartnerDiscovery'),
    /: True\n.*: False\n/,
  );
  await done(
    shell,
    'New-CsHostingProvider -Identity Fabrikam.com -Enabled $True -EnabledSharedAddressSpace $True -HostsOCSUsers $False -ProxyFQDN "proxyserver.fabrikam.com" -IsLocal $False -VerificationLevel UseSourceVerification',
  );
  assert.match(await done(shell, 'Get-CsHostingProvider Fabrikam.com | fl'), /proxyserver\.fabrikam\.com/);
});

test('an object that was read is changed and given back', async () => {
  const shell = await prepared([DIAL_PLAN]);
  await done(shell, '$ums = Get-UMService; $ums[0].DialPlans += "MyDialPlan"; Set-UMService -Instance $ums[0]');
  assert.match(await done(shell, '(Get-UMService)[0].DialPlans'), /MyDialPlan/);
});

test('the domains of a hosted voice mail policy are appended to, as its page shows', async () => {
  const shell = await prepared([POLICY]);
  await done(
    shell,
    '$p = Get-CsHostedVoicemailPolicy -Identity ExRedmond; $p.Organization += ",corp3.litwareinc.com"; Set-CsHostedVoicemailPolicy -Instance $p',
  );
  assert.match(
    await done(shell, '(Get-CsHostedVoicemailPolicy ExRedmond).Organization'),
    /^corp1\.litwareinc\.com, corp2\.litwareinc\.com, corp3\.litwareinc\.com\n$/,
  );
});
