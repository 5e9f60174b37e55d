import { autoAttendant } from '../objects/auto-attendant.ts';
import { actionCmdlet } from './action-cmdlet.ts';
import { given, ofDialPlan, onChanges, onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const PLAN = 'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4';
const MADE = 'New-UMAutoAttendant -Name MyAttendant -UMDialPlan MyDialPlan';
const BEFORE = [PLAN, MADE];

export const umAutoAttendantCmdlets = [
  ...objectCmdlets(autoAttendant, {
    get: {
      parameters: { ...onEverything, ...ofDialPlan },
      examples: [
        { says: 'Shows all attendants.', line: 'Get-UMAutoAttendant' },
        { says: 'Shows those of a dial plan.', line: 'Get-UMAutoAttendant -UMDialPlan MyDialPlan', before: BEFORE },
      ],
    },
    new: {
      parameters: onEverything,
      examples: [
        {
          says: 'Makes an attendant that answers two numbers at once.',
          line: 'New-UMAutoAttendant -Name MyAttendant -UMDialPlan MyDialPlan -PilotIdentifierList 55000,55001 -Status Enabled',
          before: [PLAN],
        },
      ],
    },
    set: {
      parameters: onChanges,
      examples: [
        {
          says: 'Says when business hours are.',
          line: 'Set-UMAutoAttendant MyAttendant -BusinessHoursSchedule "Mon.09:00-Mon.17:00","Tue.09:00-Tue.17:00" -TimeZone America/New_York',
          before: BEFORE,
        },
        {
          says: 'Offers two keys in business hours.',
          line: 'Set-UMAutoAttendant MyAttendant -BusinessHoursKeyMappingEnabled $true -BusinessHoursKeyMapping "1,Sales,,SalesAttendant","2,Support,12345"',
          before: [...BEFORE, 'New-UMAutoAttendant -Name SalesAttendant -UMDialPlan MyDialPlan'],
        },
        {
          says: 'Adds a holiday.',
          line: 'Set-UMAutoAttendant MyAttendant -HolidaySchedule @{Add="Christmas,christmas.wav,2026-12-25,2026-12-26"}',
          before: BEFORE,
        },
      ],
    },
  }),
  actionCmdlet(autoAttendant, {
    name: 'Remove-UMAutoAttendant',
    summary: 'Removes an attendant that nothing leads to.',
    does: 'discard',
    asks: true,
    parameters: {
      ...onEverything,
      Force: given('It is taken out of dial plans, menus and other attendants that lead to it.'),
    },
    examples: [
      { says: 'Removes an attendant.', line: 'Remove-UMAutoAttendant MyAttendant -Confirm:$false', before: BEFORE },
      {
        says: 'Removes one that a dial plan leads to.',
        line: 'Remove-UMAutoAttendant MyAttendant -Force -Confirm:$false',
        before: [...BEFORE, 'Set-UMDialPlan MyDialPlan -UMAutoAttendant MyAttendant'],
      },
    ],
  }),
  actionCmdlet(autoAttendant, {
    name: 'Enable-UMAutoAttendant',
    summary: 'Lets an attendant answer.',
    does: 'enable',
    parameters: onEverything,
    examples: [{ says: 'Lets it answer.', line: 'Enable-UMAutoAttendant MyAttendant', before: BEFORE }],
  }),
  actionCmdlet(autoAttendant, {
    name: 'Disable-UMAutoAttendant',
    summary: 'Stops an attendant answering.',
    does: 'disable',
    asks: true,
    parameters: onEverything,
    examples: [
      {
        says: 'Stops it answering.',
        line: 'Disable-UMAutoAttendant MyAttendant -Confirm:$false',
        before: [...BEFORE, 'Enable-UMAutoAttendant MyAttendant'],
      },
    ],
  }),
];
