import { parseArgs } from 'node:util';
import { SOCKET_KINDS, type SocketKind } from '@parley/media/engine';

export const MEASURES = ['invite', 'capacity', 'rate', 'heap', 'overload', 'flood', 'parser'] as const;
export type Measure = (typeof MEASURES)[number];
export type AudioCodec = 'G711' | 'Mp3';
/** How the sound travels: open, or encrypted by keys that SDP carried over TLS. */
export const MEDIA = ['RTP', 'SRTP'] as const;
export type Media = (typeof MEDIA)[number];

export interface BenchArguments {
  /** Most calls at once that are tried. */
  readonly calls: number;
  readonly codecs: readonly AudioCodec[];
  /** Each codec is measured with each of them, in one run. */
  readonly sockets: readonly SocketKind[];
  /** And with each of these. */
  readonly media: readonly Media[];
  /** Calls at once that are tried, instead of the usual steps. */
  readonly steps?: readonly number[];
  /** How long all calls of a step are up together, seconds. */
  readonly seconds: number;
  readonly only: readonly Measure[];
  readonly quick: boolean;
  /** File for the results. */
  readonly json?: string;
  /** Folder for V8 profiles of the server. */
  readonly profile?: string;
}

export const HELP = `npm run bench -- [OPTIONS]

  --calls N        most calls at once that are tried (default 3000; --quick 300)
  --steps N,N      calls at once that are tried, instead of the usual steps
  --codec CODEC    G711 or Mp3 only (default: one after the other)
  --sockets KINDS  some of ${SOCKET_KINDS.join(',')}, one after the other (default auto)
  --media MEDIA    some of ${MEDIA.join(',')}, one after the other (default RTP)
  --seconds S      how long all calls of a step are up together (default 6; --quick 3)
  --only NAMES     some of ${MEASURES.join(',')}
  --quick          about three minutes instead of twenty, without heap and flood
  --json FILE      results for programs
  --priority       run before all other programs of the machine (root only), when it is not ours alone
  --profile DIR    the server writes V8 profiles there, and the functions that cost most are printed
`;

/** Throws an `Error` of one line. */
export function readArguments(argv: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      calls: { type: 'string' },
      steps: { type: 'string' },
      codec: { type: 'string' },
      sockets: { type: 'string', default: 'auto' },
      media: { type: 'string', default: 'RTP' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      profile: { type: 'string' },
      priority: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  return {
    quick,
    calls: whole('calls', values.calls, quick ? 300 : 3000),
    seconds: whole('seconds', values.seconds, quick ? 3 : 6),
    codecs: values.codec === undefined ? ['G711', 'Mp3'] : [oneOf('codec', values.codec, ['G711', 'Mp3'])],
    sockets: values.sockets.split(',').map(name => oneOf('sockets', name, SOCKET_KINDS)),
    media: values.media.split(',').map(name => oneOf('media', name, MEDIA)),
    ...(values.steps === undefined ? {} : { steps: values.steps.split(',').map(text => whole('steps', text, 0)) }),
    only:
      values.only === undefined
        ? MEASURES.filter(name => !(quick && (name === 'heap' || name === 'flood')))
        : values.only.split(',').map(name => oneOf('only', name, MEASURES)),
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(values.profile === undefined ? {} : { profile: values.profile }),
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`--${name} is a whole number from 1, not "${text}"`);
  return Number(text);
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find(each => each === text);
  if (!found) throw new Error(`--${name} knows ${allowed.join(', ')}, not "${text}"`);
  return found;
}
