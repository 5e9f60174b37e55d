import { addressList } from '../objects/address-list.ts';
import { organization } from '../objects/organization.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const TENANT = 'New-Organization -Name Fabrikam -SystemMailAddress voicemail@fabrikam.com';
const LIST = 'New-AddressList -Name Sales -RecipientFilter "Department -eq \'Sales\'"';

export const organizationCmdlets = [
  ...objectCmdlets(organization, {
    get: { examples: [{ says: 'Shows all organisations.', line: 'Get-Organization' }] },
    new: { examples: [{ says: 'Makes an organisation.', line: TENANT }] },
    set: {
      examples: [
        {
          says: 'Moves it to another time zone.',
          line: 'Set-Organization Fabrikam -TimeZone Europe/Paris',
          before: [TENANT],
        },
      ],
    },
    remove: {
      examples: [
        {
          says: 'Removes one that has nothing.',
          line: 'Remove-Organization Fabrikam -Confirm:$false',
          before: [TENANT],
        },
      ],
    },
  }),
  ...objectCmdlets(addressList, {
    get: { examples: [{ says: 'Shows all address lists.', line: 'Get-AddressList' }] },
    new: { examples: [{ says: 'Makes a list of a department.', line: LIST }] },
    set: {
      examples: [
        { says: 'Gives it another name.', line: 'Set-AddressList Sales -DisplayName "Sales team"', before: [LIST] },
      ],
    },
    remove: { examples: [{ says: 'Removes it.', line: 'Remove-AddressList Sales -Confirm:$false', before: [LIST] }] },
  }),
];
