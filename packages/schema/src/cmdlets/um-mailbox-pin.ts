import type { CmdletDefinition } from '../define/cmdlet.ts';
import { flag, text } from '../define/property.ts';
import { mailbox } from '../objects/mailbox.ts';
import { actionCmdlet } from './action-cmdlet.ts';
import { given, onRecipientLists, onRecipients } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';
import { MAILBOX } from './um-mailbox.ts';

const shown = objectCmdlets(mailbox, {
  noun: 'UMMailboxPin',
  get: {
    summary: 'Shows whether PINs have expired, and who is locked out; never a PIN.',
    parameters: { ...onRecipientLists, IgnoreErrors: given('What cannot be read is left out.') },
    examples: [
      { says: 'Shows all.', line: 'Get-UMMailboxPin' },
      { says: 'Shows one.', line: 'Get-UMMailboxPin tonysmith@contoso.com', before: MAILBOX },
    ],
  },
}).map(
  (cmdlet): CmdletDefinition => ({
    ...cmdlet,
    shows: ['userID', 'pinExpired', 'lockedOut', 'firstTimeUser'],
  }),
);

export const umMailboxPinCmdlets: readonly CmdletDefinition[] = [
  ...shown,
  actionCmdlet(mailbox, {
    name: 'Set-UMMailboxPIN',
    summary: 'Gives a mailbox a new PIN, and locks or unlocks it.',
    does: 'setPIN',
    parameters: {
      ...onRecipients,
      Pin: { property: text({ max: 24, secret: true, help: 'The new PIN; one is generated when not given.' }) },
      PINExpired: { property: flag({ help: 'It must be changed at the next sign-in; true when not given.' }) },
      LockedOut: { property: flag({ help: 'Nobody may sign in; when not given, the mailbox is unlocked.' }) },
      SendEmail: { property: flag({ inactive: true, help: 'The new PIN is mailed; true when not given.' }) },
      NotifyEmail: {
        property: text({ format: 'mail address', inactive: true, help: 'Where it is mailed to instead.' }),
      },
    },
    examples: [
      {
        says: 'Gives it a new PIN, which must be changed, and unlocks it.',
        line: 'Set-UMMailboxPIN tonysmith@contoso.com -Pin 972458',
        before: MAILBOX,
      },
      { says: 'Locks it.', line: 'Set-UMMailboxPIN tonysmith@contoso.com -LockedOut $true', before: MAILBOX },
    ],
  }),
];
