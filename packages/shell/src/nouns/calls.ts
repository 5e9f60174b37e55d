import type { CallRecord } from '@parley/admin/client';
import { InvalidLine, type Noun } from '../command.ts';
import { cleanJson, moment, seconds } from '../print/clean.ts';
import { type Cell, table } from '../print/table.ts';

const HEADINGS = ['start', 'type', 'caller', 'called', 'mailbox', 'seconds', 'offer', 'reason', 'ended by', 'sound'];

function row(call: CallRecord): Cell[] {
  return [
    moment(call.callStartTime),
    call.callType,
    call.callerPhoneNumber ?? '',
    call.calledPhoneNumber ?? '',
    call.calleeMailboxAlias ?? '',
    seconds(call.callDurationMillis),
    call.offerResult,
    call.reasonForCall,
    call.dropCallReason ?? '',
    sound(call),
  ];
}

/** The words that the reports of the originals have for a score, from the best down. */
const LABELS: readonly (readonly [atLeast: number, label: string])[] = [
  [4.5, 'excellent'],
  [3.5, 'good'],
  [2.5, 'average'],
  [1.5, 'poor'],
  [0, 'bad'],
];

/** Codec, score with its word, and loss: `G.711 4.39 good`, `G.711 3.1 average, 6.2 % lost`; or that nothing came. */
export function sound({ audioCodec = '', nmos, packetLoss }: CallRecord): string {
  if (packetLoss === undefined && nmos === undefined) return audioCodec && `${audioCodec}, nothing heard`;
  const label = nmos === undefined ? undefined : LABELS.find(([atLeast]) => nmos >= atLeast)?.[1];
  const heard = [audioCodec, ...(label ? [String(nmos), label] : [])].join(' ');
  return packetLoss === undefined || packetLoss < 0.05 ? heard : `${heard}, ${packetLoss.toFixed(1)} % lost`;
}

/** A moment as people write it; a date alone begins at midnight UTC. */
function since(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const millis = Date.parse(String(value));
  if (Number.isFinite(millis) && millis >= 0) return millis;
  throw new InvalidLine('--since must be a date or a moment, for example 2026-01-05 or 2026-01-05T09:00:00Z');
}

export const callsNoun: Noun = {
  name: 'calls',
  summary: 'The history of calls, the newest first.',
  verbs: [
    {
      name: '',
      summary: 'list calls',
      positionals: [],
      options: [
        { name: 'limit', takes: 'number', help: 'Most calls listed; 50 when not given.' },
        { name: 'mailbox', takes: 'text', help: 'Only calls for the mailbox of this name.' },
        { name: 'since', takes: 'text', help: 'Only calls that began at or after this moment.' },
      ],
      examples: ['parley calls', 'parley calls --mailbox ann --limit 10', 'parley calls --since 2026-01-05 --json'],
      async run({ values, json }, client) {
        const limit = values.get('limit');
        const mailbox = values.get('mailbox');
        const calls = await client.callRecords({
          limit: typeof limit === 'number' ? limit : undefined,
          mailbox: typeof mailbox === 'string' ? mailbox : undefined,
          since: since(values.get('since')),
        });
        return json ? `${cleanJson(calls)}\n` : table(HEADINGS, calls.map(row));
      },
    },
  ],
};
