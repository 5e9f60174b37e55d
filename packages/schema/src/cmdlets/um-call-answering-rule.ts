import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { ref } from '../define/property.ts';
import { callAnsweringRule } from '../objects/call-answering-rule.ts';
import { actionCmdlet } from './action-cmdlet.ts';
import { onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';
import { MAILBOX } from './um-mailbox.ts';

const MADE = 'New-UMCallAnsweringRule -Name MyRule -Mailbox tonysmith@contoso.com';
const BEFORE = [...MAILBOX, MADE];
const WHICH = '-Identity MyRule -Mailbox tonysmith@contoso.com';

const inMailbox: Readonly<Record<string, Parameter>> = {
  ...onEverything,
  Mailbox: {
    property: ref({ to: 'UMMailbox', help: 'The mailbox that the rule is in.' }),
    within: true,
  },
};

const ofObjects = objectCmdlets(callAnsweringRule, {
  get: {
    parameters: {
      ...onEverything,
      Mailbox: {
        property: ref({ to: 'UMMailbox', help: 'Only rules of this mailbox.' }),
        narrows: 'umMailbox',
        within: true,
      },
    },
    examples: [
      {
        says: "Shows a mailbox's rules.",
        line: 'Get-UMCallAnsweringRule -Mailbox tonysmith@contoso.com',
        before: BEFORE,
      },
    ],
  },
  new: {
    parameters: onEverything,
    examples: [
      {
        says: 'Sends callers to the receptionist who press 1, and lets them be searched for by 2.',
        line: `${MADE} -Priority 2 -KeyMappings "1,1,Receptionist,,,,,45678,","5,2,Urgent Issues,23456,23,45671,50,,"`,
        before: MAILBOX,
      },
      {
        says: 'The same for one caller, on Tuesday mornings.',
        line: `${MADE} -CallerIds "1,4255550100,," -TimeOfDay "3,4,8:00,12:00"`,
        before: MAILBOX,
      },
    ],
  },
  set: {
    parameters: inMailbox,
    without: ['enabled'],
    examples: [
      {
        says: 'Tries it first, while the calendar says busy or away.',
        line: `Set-UMCallAnsweringRule ${WHICH} -Priority 1 -ScheduleStatus 12`,
        before: BEFORE,
      },
    ],
  },
  remove: {
    parameters: inMailbox,
    examples: [{ says: 'Removes it.', line: `Remove-UMCallAnsweringRule ${WHICH} -Confirm:$false`, before: BEFORE }],
  },
});

export const umCallAnsweringRuleCmdlets: readonly CmdletDefinition[] = [
  ...ofObjects,
  actionCmdlet(callAnsweringRule, {
    name: 'Enable-UMCallAnsweringRule',
    summary: 'Turns a call answering rule on.',
    does: 'enable',
    parameters: inMailbox,
    examples: [
      {
        says: 'Turns it on.',
        line: `Enable-UMCallAnsweringRule ${WHICH}`,
        before: [...BEFORE, `Disable-UMCallAnsweringRule ${WHICH} -Confirm:$false`],
      },
    ],
  }),
  actionCmdlet(callAnsweringRule, {
    name: 'Disable-UMCallAnsweringRule',
    summary: 'Turns a call answering rule off.',
    does: 'disable',
    asks: true,
    parameters: inMailbox,
    examples: [{ says: 'Turns it off.', line: `Disable-UMCallAnsweringRule ${WHICH} -Confirm:$false`, before: BEFORE }],
  }),
];
