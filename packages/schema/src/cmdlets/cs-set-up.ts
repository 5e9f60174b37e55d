/** Lines that make what examples need, on a fresh organisation. */
export const SITE = 'New-CsSite Redmond';
export const POOL = 'New-CsPool RedmondPool.litwareinc.com -Site Redmond';
export const GATEWAY = 'New-CsPool gateway.litwareinc.com -Site Redmond -Role PstnGateway';
export const HOME = [SITE, POOL] as const;
export const KEN =
  'New-User "Ken Myer" -UserPrincipalName kenmyer@litwareinc.com -SamAccountName "litwareinc\\kenmyer"';
export const UNIT = 'New-OrganizationalUnit "HostedExUM Integration" -Path "dc=litwareinc,dc=com"';
export const UNIT_PERMISSION =
  'Grant-CsOUPermission -OU "ou=HostedExUM Integration,dc=litwareinc,dc=com" -ObjectType "User","Contact"';
export const REDMOND_POLICY =
  'New-CsHostedVoicemailPolicy ExRedmond -Destination ExUM.fabrikam.com -Organization "corp1.litwareinc.com"';
export const CONTACT =
  'New-CsExUmContact -SipAddress "sip:exumaa1@fabrikam.com" -RegistrarPool "RedmondPool.litwareinc.com" -OU "HostedExUM Integration" -DisplayNumber "+14255550101" -AutoAttendant $True';
