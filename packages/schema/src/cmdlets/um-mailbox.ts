import type { CmdletDefinition } from '../define/cmdlet.ts';
import { flag, list, ref, text } from '../define/property.ts';
import { mailbox } from '../objects/mailbox.ts';
import { user } from '../objects/user.ts';
import { actionCmdlet } from './action-cmdlet.ts';
import { given, inUnit, onRecipientLists, onRecipients } from './common-parameters.ts';
import { identityOf, objectCmdlets } from './object-cmdlets.ts';

/** Somebody with a telephone number and a dial plan, but no mailbox. */
export const PERSON = [
  'New-UMDialPlan -Name MyDialPlan -URIType SipName -NumberOfDigitsInExtension 4',
  'New-User -Name "Tony Smith" -UserPrincipalName tonysmith@contoso.com -MailAddress tonysmith@contoso.com -Phone "+1 (425) 555-5150"',
];
/** The same with a mailbox. */
export const MAILBOX = [
  ...PERSON,
  'Enable-UMMailbox tonysmith@contoso.com -UMMailboxPolicy "MyDialPlan Default Policy" -SIPResourceIdentifier tonysmith@contoso.com -PIN 481516',
];

const ofObjects = objectCmdlets(mailbox, {
  get: {
    parameters: {
      ...onRecipientLists,
      Anr: { property: text({ max: 256, help: 'Only mailboxes whose name, address or extension contains this.' }) },
      OrganizationalUnit: inUnit('mailboxes of people'),
      SortBy: { property: text({ max: 64, help: 'The property whose order they come in: Name or DisplayName.' }) },
    },
    examples: [
      { says: 'Shows all mailboxes.', line: 'Get-UMMailbox -ResultSize Unlimited' },
      {
        says: 'Shows one with all its properties.',
        line: 'Get-UMMailbox tonysmith@contoso.com | Format-List',
        before: MAILBOX,
      },
      {
        says: 'Shows those that send no notices of calls without a message.',
        line: "Get-UMMailbox -Filter 'MissedCallNotificationEnabled -eq $false'",
        before: MAILBOX,
      },
    ],
  },
  set: {
    parameters: onRecipients,
    // What Enable-UMMailbox, Disable-UMMailbox and Set-UMMailboxPIN do.
    without: ['user', 'pinExpired', 'lockedOut', 'firstTimeUser'],
    examples: [
      {
        says: 'Sends no notices of calls that left no message.',
        line: 'Set-UMMailbox tonysmith@contoso.com -MissedCallNotificationEnabled $false',
        before: MAILBOX,
      },
      {
        says: 'Shows what would change in all mailboxes of the default policies.',
        line: 'Get-UMMailbox | Where-Object { $_.UMMailboxPolicy -like "*Default*" } | Set-UMMailbox -MissedCallNotificationEnabled $false -WhatIf',
        before: MAILBOX,
      },
      {
        says: 'Gives a mailbox a second dial plan and an extension in it.',
        line: 'Set-UMMailbox tonysmith@contoso.com -SecondaryDialPlan Second -SecondaryExtensions 51501',
        before: [...MAILBOX, 'New-UMDialPlan -Name Second -NumberOfDigitsInExtension 5'],
      },
    ],
  },
});

const CLOUD = ['CloudVoiceMail'] as const;

const enable: CmdletDefinition = {
  name: 'Enable-UMMailbox',
  summary: 'Gives a person a voice mailbox, or takes it into use again.',
  kind: user.kind,
  does: 'enableUMMailbox',
  changes: true,
  parameters: {
    Identity: identityOf(user, true),
    ...onRecipients,
    UMMailboxPolicy: {
      property: ref({ to: 'UMMailboxPolicy', help: 'Its policy, and by that its dial plan.' }),
      required: true,
      inSets: ['Identity', 'CloudVoiceMail'],
    },
    Extensions: {
      property: list({
        of: text({ format: 'digits', max: 20, help: 'An extension.' }),
        max: 32,
        help: "Its extensions; the end of the person's telephone number when not given.",
      }),
    },
    SIPResourceIdentifier: {
      property: text({
        format: 'sip resource',
        max: 255,
        help: 'SIP address or E.164 number, as the dial plan wants it.',
      }),
    },
    PIN: { property: text({ max: 24, secret: true, help: 'The first PIN; one is generated when not given.' }) },
    PINExpired: {
      property: flag({ help: 'The PIN must be changed at the first sign-in; true when not given.' }),
    },
    NotifyEmail: {
      property: text({ format: 'mail address', inactive: true, help: 'Where the welcome message goes instead.' }),
    },
    PilotNumber: {
      property: text({
        format: 'number',
        max: 128,
        inactive: true,
        help: 'Number to call that the welcome message tells.',
      }),
    },
    AutomaticSpeechRecognitionEnabled: { property: flag({ help: 'Spoken commands are understood.' }) },
    ValidateOnly: given('Everything is checked and nothing done.'),
    EnableCloudVoiceMail: { ...given('There is no cloud here: this is refused.'), required: true, inSets: CLOUD },
    SendWelcomeMail: { property: flag({ inactive: true, help: 'A welcome message is sent.' }), inSets: CLOUD },
  },
  examples: [
    {
      says: 'Gives a person a mailbox in a SIP URI dial plan.',
      line: 'Enable-UMMailbox -Identity tonysmith@contoso.com -UMMailboxPolicy "MyDialPlan Default Policy" -Extensions 5150 -SIPResourceIdentifier tonysmith@contoso.com -PIN 481516',
      before: PERSON,
    },
    {
      says: "Takes the extension from the person's telephone number, and the first PIN as given.",
      line: 'Enable-UMMailbox tonysmith@contoso.com -UMMailboxPolicy "MyDialPlan Default Policy" -SIPResourceIdentifier tonysmith@contoso.com -PIN 481516 -PINExpired $false',
      before: PERSON,
    },
  ],
};

export const umMailboxCmdlets: readonly CmdletDefinition[] = [
  ...ofObjects,
  enable,
  actionCmdlet(mailbox, {
    name: 'Disable-UMMailbox',
    summary: 'Answers no calls for a mailbox any more.',
    does: 'disable',
    asks: true,
    parameters: {
      ...onRecipients,
      KeepProperties: {
        property: flag({ help: 'Its settings are kept for when it is enabled again; true when not given.' }),
      },
    },
    examples: [
      {
        says: 'Answers no calls for it, and keeps its settings.',
        line: 'Disable-UMMailbox tonysmith@contoso.com -Confirm:$false',
        before: MAILBOX,
      },
      {
        says: 'Forgets its settings too.',
        line: 'Disable-UMMailbox tonysmith@contoso.com -KeepProperties $false -Confirm:$false',
        before: MAILBOX,
      },
    ],
  }),
];
