import type { AdminClient, CallRecord, Trace, TraceEntry } from '@parley/admin/client';
import { type Input, InvalidLine, type Noun } from '../command.ts';
import { cleanJson, moment, seconds } from '../print/clean.ts';
import { ladder } from '../print/ladder.ts';
import { type Cell, pairs, table } from '../print/table.ts';

const HEADINGS = ['start', 'caller', 'called', 'outcome', 'messages', 'Call-ID'];

type Measurement = readonly [keyof CallRecord, name: string, unit: string];

/** Measurements of a call record's media, a line for each kind; a call has those that its media could be measured by. */
const NETWORK = [
  ['packetLoss', 'loss', ' %'],
  ['jitter', 'jitter', ' ms'],
  ['roundTrip', 'round trip', ' ms'],
] as const satisfies readonly Measurement[];
const SCORES = [
  ['nmos', 'MOS', ''],
  ['nmosDegradation', 'degraded by', ''],
  ['nmosDegradationJitter', 'by jitter alone', ''],
  ['nmosDegradationPacketLoss', 'by loss alone', ''],
] as const satisfies readonly Measurement[];
const BURSTS = [
  ['burstDensity', 'loss within bursts', ' %'],
  ['burstLossDuration', 'bursts', ' ms'],
  ['burstGapDuration', 'between bursts', ' ms'],
] as const satisfies readonly Measurement[];

function row({ startedAt, caller, called, outcome, messages, callId }: TraceEntry): Cell[] {
  return [moment(startedAt), caller, called, outcome, messages, callId];
}

/** "loss 0.4 %, jitter 1.2 ms, round trip 12 ms"; empty without any of them. */
function figures(record: CallRecord, measurements: readonly Measurement[]): string {
  const known = measurements.flatMap(([property, name, unit]) => {
    const value = record[property];
    return typeof value === 'number' ? [`${name} ${Math.round(value * 100) / 100}${unit}`] : [];
  });
  return known.join(', ');
}

/** What was spoken, and how it came; nothing for a call that agreed on no codec. */
function heard(record: CallRecord): string {
  const { audioCodec, packetLoss } = record;
  const measured = figures(record, NETWORK);
  if (audioCodec === undefined) return measured;
  if (packetLoss !== undefined) return `${audioCodec}, ${measured}`;
  return [`${audioCodec}, nothing was heard of the other side`, measured].filter(part => part !== '').join(', ');
}

/** What the call record says of a call. */
function over({ record }: Trace): [string, Cell][] {
  if (!record) return [];
  const { callType, offerResult, dropCallReason, reasonForCall, callDurationMillis, calleeMailboxAlias } = record;
  const lines: [string, Cell][] = [
    ['call', `${callType}, ${offerResult}, ${reasonForCall}, ${seconds(callDurationMillis)} s`],
  ];
  if (dropCallReason !== undefined) lines.push(['ended by', dropCallReason]);
  if (calleeMailboxAlias !== undefined) lines.push(['mailbox', calleeMailboxAlias]);
  const media: [string, string][] = [
    ['media', heard(record)],
    ['quality', figures(record, SCORES)],
    ['losses', figures(record, BURSTS)],
  ];
  return [...lines, ...media.filter(([, value]) => value !== '')];
}

/** Why somebody was not heard who spoke; two lines, for terminals of 80 columns. */
function elsewhere({ foreign }: Trace): [string, Cell][] {
  if (!foreign) return [];
  return [
    ['but', `sound came from ${foreign.from}`],
    ['and not', `from ${foreign.negotiated}, so it was thrown away`],
  ];
}

function shown(trace: Trace): string {
  const { callId, startedAt, caller, called, outcome, legs } = trace;
  const heading = pairs([
    ['Call-ID', callId],
    ['began', moment(startedAt)],
    ['caller', caller],
    ['called', called],
    ['outcome', outcome],
    ...over(trace),
    ...elsewhere(trace),
  ]);
  const others = legs.map(
    leg =>
      `\n${pairs([
        ['handed on', leg.callId],
        ['outcome', leg.outcome],
      ])}\n${ladder(leg)}`,
  );
  return `${heading}\n${ladder(trace)}${others.join('')}`;
}

async function list(limit: unknown, json: boolean, client: AdminClient): Promise<string> {
  const entries = await client.traces(typeof limit === 'number' ? limit : undefined);
  return json ? `${cleanJson(entries)}\n` : table(HEADINGS, entries.map(row));
}

/** The Call-ID, in whichever of the two ways it was typed. */
function wanted({ positionals: [named], values }: Input): string | undefined {
  const option = values.get('call');
  if (named !== undefined && option !== undefined)
    throw new InvalidLine('one call at a time: give its Call-ID once, with or without --call');
  return named ?? (typeof option === 'string' ? option : undefined);
}

export const traceNoun: Noun = {
  name: 'trace',
  summary: 'The SIP messages of the newest calls, refused ones too.',
  verbs: [
    {
      name: '',
      summary:
        'list calls, or show the messages of one with their times, what was refused and why, and how its media were',
      positionals: ['CALL-ID?'],
      options: [
        {
          name: 'call',
          takes: 'text',
          help: 'The same as CALL-ID: show that call; the beginning of its Call-ID is enough.',
        },
        { name: 'limit', takes: 'number', help: 'Most calls listed; 20 when not given, 1000 at most.' },
      ],
      examples: [
        'parley trace',
        'parley trace --limit 100 --json',
        'parley trace 3848276298',
        'parley trace --call 3848276298 --json',
      ],
      async run(input, client) {
        const { values, json } = input;
        const callId = wanted(input);
        if (callId === undefined) return list(values.get('limit'), json, client);
        const trace = await client.trace(callId);
        return json ? `${cleanJson(trace)}\n` : shown(trace);
      },
    },
  ],
};
