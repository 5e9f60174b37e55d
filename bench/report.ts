import type { SocketKind } from '@parley/media/engine';
import type { AudioCodec, Media } from './arguments.ts';
import type { Spread } from './figures.ts';
import type { Capacity, CapacityStep } from './measures/capacity.ts';
import type { Flood } from './measures/flood.ts';
import type { Heap } from './measures/heap.ts';
import type { Overload } from './measures/overload.ts';
import type { ParserSpeed } from './measures/parser.ts';
import type { Rate } from './measures/rate.ts';

/** What was measured with one codec; what was not asked for is left out. */
export interface CodecResults {
  /** Of its column. */
  readonly name: string;
  readonly codec: AudioCodec;
  readonly sockets: SocketKind;
  readonly media: Media;
  readonly recordingAtMillis: number;
  readonly invite?: Spread;
  readonly capacity?: Capacity;
  readonly rate?: Rate;
  readonly heap?: Heap;
  readonly overload?: Overload;
  readonly flood?: Flood;
}

export interface Results {
  readonly at: string;
  readonly machine: Readonly<Record<string, string | number | boolean>>;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly parser?: ParserSpeed;
  readonly codecs: readonly CodecResults[];
}

/** Name, a value for each codec, the published figure of Asterisk 22's app_voicemail on such a core (it is not measured here). */
type Row = readonly [name: string, values: readonly string[], asterisk: string];

const NOT_MEASURED = '-';

/** All figures as a table. */
export function table(results: Results): string {
  const columns = results.codecs.length > 0 ? results.codecs.map(({ name }) => name) : ['any'];
  const rows: Row[] = [
    ['', columns, 'Asterisk 22'],
    ...(results.codecs.length > 0 ? codecRows(results.codecs) : []),
    ...parserRows(results.parser, columns.length),
  ];
  const cells = rows.map(([name, values, asterisk]) => [name, ...values, asterisk]);
  const widths = cells[0].map((_, column) => Math.max(...cells.map(row => row[column].length)));
  const lines = cells.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], widths.map(width => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}

function codecRows(codecs: readonly CodecResults[]): Row[] {
  const row = (name: string, of: (results: CodecResults) => string | undefined, asterisk = ''): Row => [
    name,
    codecs.map(each => of(each) ?? NOT_MEASURED),
    asterisk,
  ];
  const step = (of: (step: CapacityStep) => string) => (results: CodecResults) => {
    const best = bestStep(results.capacity);
    return best && of(best);
  };
  const rows = [
    row('INVITE->200, 10 at once, p50 / p99 ms', ({ invite }) => invite && pair(invite), '1.2 / 2.1'),
    row('recorded calls at once, all whole', ({ capacity }) => capacity && String(capacity.whole), '1100'),
    row('  first step that was not whole', ({ capacity }) => capacity && failedStep(capacity), 'refuses nobody'),
    row(
      '  INVITE->200, 10 more at once, p50 / p99 ms',
      step(({ inviteUnderLoad }) => pair(inviteUnderLoad)),
    ),
    row(
      '  packets late, worst second of all up, p50 / p99 / max ms',
      step(({ latenessTogether }) => triple(latenessTogether)),
    ),
    row(
      '  packets late, whole step, p50 / p99 / max ms',
      step(({ lateness }) => triple(lateness)),
    ),
    row(
      '  CPU ms per second and call, all recording',
      step(each => fixed(each.cpuWhileRecording)),
      '0.85',
    ),
    row(
      '  CPU ms per recorded second, INVITE to mailbox',
      step(each => fixed(each.cpuMillis / each.recordedSeconds)),
    ),
    row(
      '  share of the core that others used',
      step(({ othersShare }) => `${(othersShare * 100).toFixed(0)} %`),
    ),
    row('  RSS per call, MiB', ({ capacity }) => capacity && rssPerCall(capacity), '0.21 (0.22 MB)'),
    row(
      '  hang-up -> mailbox, p50 / p99 ms',
      step(({ deliveryMillis }) => pair(deliveryMillis)),
    ),
    row('calls/s of 2 s messages, no stutter', ({ rate }) => rate && String(rate.perSecond), '50'),
    row(
      '  hang-up -> mailbox at 10 calls/s, p50 / p99 ms',
      ({ rate }) => rate?.steps[0] && pair(rate.steps[0].deliveryMillis),
    ),
    row('heap left by a call, KiB', ({ heap }) => heap && fixed(heap.leftKiB)),
    row('  live heap, MiB', ({ heap }) => heap && heapSpan(heap)),
    row(
      '10 x over the limit: whole of those taken',
      ({ overload }) => overload && `${overload.whole}/${overload.answered}`,
    ),
    row(
      '  refused with 503',
      ({ overload }) => overload && `${overload.refused}/${overload.calls}`,
      'none, answers after 15 s',
    ),
    row('  INVITE->503, p50 / p99 ms', ({ overload }) => overload && pair(overload.refusal)),
    row('  packets late, p50 / p99 / max ms', ({ overload }) => overload && triple(overload.lateness)),
    row(
      '  OPTIONS answered 200, p99 ms',
      ({ overload }) => overload && `${Math.round(overload.optionsAnswered * 100)} %, ${fixed(overload.options.p99)}`,
    ),
  ];
  rows.push(
    row(
      '10 x the rate: whole a second, of what is let in',
      ({ flood }) => flood && `${fixed(flood.wholePerSecond)} of ${flood.sustained}`,
    ),
    row('  whole of those taken', ({ flood }) => flood && `${flood.whole}/${flood.answered}`),
    row('  refused', ({ flood }) => flood && `${flood.refused}/${flood.calls}`),
    row('  packets late, p50 / p99 / max ms', ({ flood }) => flood && triple(flood.lateness)),
  );
  return rows.filter(([, values]) => values.some(value => value !== NOT_MEASURED));
}

function parserRows(parser: ParserSpeed | undefined, columns: number): Row[] {
  if (!parser) return [];
  const row = (name: string, value: number): Row => [
    name,
    Array.from({ length: columns }, (_, i) => (i === 0 ? value.toLocaleString('en') : '')),
    '',
  ];
  return [
    row(`SIP INVITEs (${parser.bytes} bytes) parsed a second`, parser.parse),
    row('  parsed, checked and read', parser.read),
    row('  200 built and printed', parser.print),
  ];
}

/** The largest step at which everything was whole; the first when there is none. */
function bestStep(capacity: Capacity | undefined): CapacityStep | undefined {
  return capacity?.steps.findLast(step => step.everyRecordingWhole) ?? capacity?.steps[0];
}

/** Against the time before the first step: what one step took, the next one finds. */
function rssPerCall(capacity: Capacity): string | undefined {
  const [first] = capacity.steps;
  const best = bestStep(capacity);
  return best && fixed((best.rssMiBMost - first.rssMiBBefore) / best.atOnce);
}

function failedStep({ steps }: Capacity): string {
  const failed = steps.find(step => !step.everyRecordingWhole);
  if (!failed) return 'not reached';
  const { atOnce, whole, refused, damaged, lost } = failed;
  const rest = [refused && `${refused} refused`, damaged && `${damaged} damaged`, lost && `${lost} lost`];
  return `${whole} of ${atOnce} (${rest.filter(Boolean).join(', ')})`;
}

function heapSpan({ first, last }: Heap): string {
  return `${fixed(first.heapMiB)} -> ${fixed(last.heapMiB)} after ${last.calls} calls`;
}

function pair({ p50, p99 }: Spread): string {
  return `${fixed(p50)} / ${fixed(p99)}`;
}

function triple({ p50, p99, max }: Spread): string {
  return `${fixed(p50)} / ${fixed(p99)} / ${fixed(max)}`;
}

function fixed(value: number): string {
  if (!Number.isFinite(value)) return NOT_MEASURED;
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
