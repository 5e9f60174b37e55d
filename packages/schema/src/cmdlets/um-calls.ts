import type { CmdletDefinition } from '../define/cmdlet.ts';
import { choice, flag, integer, ref, text } from '../define/property.ts';
import { onEverything } from './common-parameters.ts';
import { MAILBOX } from './um-mailbox.ts';

const PLAN = 'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4';
const GATEWAY = 'New-UMIPGateway -Name MyGateway -Address gateway.example.org';

const plan = ref({ to: 'UMDialPlan', help: 'Only calls of this dial plan.' });
const gateway = ref({ to: 'UMIPGateway', help: 'Only calls of this gateway.' });

export const umCallsCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Get-UMActiveCalls',
    summary: 'Shows the calls in progress.',
    does: 'activeCalls',
    changes: false,
    parameters: {
      ...onEverything,
      Server: {
        property: text({ max: 253, help: 'Only calls of this server.' }),
        pipeline: 'object',
        inSets: ['Server'],
      },
      InstanceServer: {
        property: text({ max: 253, help: 'Only calls of this server.' }),
        required: true,
        inSets: ['ServerInstance'],
      },
      DialPlan: { property: plan, required: true, inSets: ['DialPlan'] },
      IPGateway: { property: gateway, required: true, inSets: ['UMIPGateway'] },
    },
    examples: [
      { says: 'Shows all calls.', line: 'Get-UMActiveCalls' },
      { says: 'Shows those of a dial plan.', line: 'Get-UMActiveCalls -DialPlan MyDialPlan', before: [PLAN] },
    ],
  },
  {
    name: 'Get-UMCallDataRecord',
    summary: 'Shows the calls of a mailbox, of the last 90 days.',
    does: 'callRecords',
    changes: false,
    parameters: {
      ...onEverything,
      Mailbox: {
        property: ref({ to: 'UMMailbox', required: true, help: 'Whose calls.' }),
        about: ['UMMailbox'],
        required: true,
      },
    },
    examples: [
      {
        says: 'Shows the calls of a mailbox.',
        line: 'Get-UMCallDataRecord -Mailbox tonysmith@contoso.com',
        before: MAILBOX,
      },
    ],
  },
  {
    name: 'Get-UMCallSummaryReport',
    summary: 'Counts calls by kind and outcome, and tells their quality.',
    does: 'callSummary',
    changes: false,
    parameters: {
      ...onEverything,
      GroupBy: {
        property: choice({
          required: true,
          values: ['Day', 'Month', 'Total'],
          help: 'By day (90), by month (12), or all together.',
        }),
        required: true,
      },
      UMDialPlan: { property: plan },
      UMIPGateway: { property: gateway },
    },
    examples: [
      { says: 'Counts calls by day.', line: 'Get-UMCallSummaryReport -GroupBy Day' },
      {
        says: 'Counts the calls of a gateway by month.',
        line: 'Get-UMCallSummaryReport -GroupBy Month -UMIPGateway MyGateway',
        before: [GATEWAY],
      },
    ],
  },
  {
    name: 'Export-UMCallDataRecord',
    summary: 'Gives the calls of one day as CSV.',
    does: 'exportCallRecords',
    changes: false,
    parameters: {
      ...onEverything,
      ClientStream: { property: text({ max: 256, help: 'Where the CSV goes; the answer has it too.' }) },
      Date: {
        property: text({ required: true, format: 'date', max: 10, help: 'The day, by UTC.' }),
        required: true,
      },
      UMDialPlan: { property: plan },
      UMIPGateway: { property: gateway },
    },
    examples: [{ says: 'Gives the calls of a day.', line: 'Export-UMCallDataRecord -Date 2026-01-31' }],
  },
  {
    name: 'Test-UMConnectivity',
    summary: 'Calls this system as a telephone would, and tells how far it got.',
    does: 'testConnectivity',
    changes: false,
    parameters: {
      ...onEverything,
      Phone: {
        property: text({ format: 'number', max: 128, help: 'The number to call.' }),
        inSets: ['EndToEnd', 'TuiLogonSpecific'],
      },
      PIN: {
        property: text({ format: 'digits', max: 24, secret: true, help: 'The PIN to sign in with.' }),
        inSets: ['TuiLogonSpecific'],
      },
      UMDialPlan: { property: plan, inSets: ['TuiLogonSpecific'] },
      TUILogon: { property: flag({ help: 'Signs in with the number and the PIN.' }), inSets: ['TuiLogonSpecific'] },
      TUILogonAll: { property: flag({ help: 'Signs in to all test mailboxes.' }), inSets: ['TuiLogonAll'] },
      ResetPIN: { property: flag({ help: 'Gives all test mailboxes new PINs.' }), inSets: ['ResetPin'] },
      UMIPGateway: { property: gateway, inSets: ['EndToEnd'] },
      From: { property: text({ format: 'number', max: 128, help: 'Who calls.' }) },
      Timeout: {
        property: integer({ default: 600, min: 60, max: 1800, unit: 'seconds', help: 'Longest test.' }),
      },
      ListenPort: { property: integer({ default: 9000, min: 0, max: 65535, help: 'Port to call from.' }) },
      RemotePort: { property: integer({ min: 0, max: 65535, help: 'Port to call; 5060, or 5061 when secured.' }) },
      Secured: { property: flag({ default: false, help: 'Calls by TLS.' }) },
      MediaSecured: { property: flag({ default: false, help: 'Calls with encrypted media.' }) },
      CertificateThumbprint: { property: text({ max: 64, help: 'The certificate to show.' }) },
      CallRouter: { property: flag({ default: false, help: 'Calls the call router.' }), isSwitch: true },
      MonitoringContext: { property: flag({ default: false, help: 'The answer is for a monitoring system.' }) },
      DiagDtmfSequence: { property: text({ max: 128, help: 'Keys to press.' }) },
      DiagInitialSilenceInMilisecs: {
        property: integer({ min: 0, max: 60_000, unit: 'milliseconds', help: 'Silence before the first key.' }),
      },
      DiagDtmfDurationInMilisecs: {
        property: integer({ min: 0, max: 10_000, unit: 'milliseconds', help: 'How long a key is pressed.' }),
      },
      DiagInterDtmfGapInMilisecs: {
        property: integer({ min: 0, max: 10_000, unit: 'milliseconds', help: 'Silence between keys.' }),
      },
      DiagInterDtmfDiffGapInMilisecs: {
        property: text({ max: 256, help: 'Silences between keys, one for each, with commas between.' }),
      },
    },
    examples: [{ says: 'Tries the call router of this server.', line: 'Test-UMConnectivity -CallRouter' }],
  },
];
