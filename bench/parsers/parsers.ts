/**
 * Messages a second that are parsed, and nanoseconds an octet: ours, the JavaScript parsers that can be had by npm, and JSON.parse on the
 * same message as JSON, in turns in one process.
 *
 *   taskset -c 0 node bench/parsers/parsers.ts [--rounds N] [--json]
 *
 * Everybody begins with the octets, as they come from the network. "parsed" is what each parser does when it is handed a message: the
 * others read the structured headers then, ours checks its lines and remembers where they are. "read" asks everybody for the same seven
 * facts afterwards (method or status, Request-URI, tags of From and To, branch of the top Via, CSeq, Call-ID, host of Contact).
 * "checked" is `validateRequest` on top, which the others have not. "lines" makes the octets a string and cuts it at the line ends with
 * what the platform has for that: who parses in JavaScript stays above it. The median of the rounds is told.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { parseMessage, type SipMessage, validateRequest } from '@parley/sip';
import { quantile } from '../figures.ts';
import { machine } from '../machine.ts';
import { MESSAGES } from './messages.ts';

const require = createRequire(import.meta.url);
const BATCH = 100;
const WARM_UP_ROUNDS = 15;

/** A value that depends on everything that was read, so that nothing is optimised away. */
type Digest = number;

interface Candidate {
  readonly name: string;
  readonly works: Readonly<Partial<Record<Work, (index: number) => Digest>>>;
}

const WORKS = ['lines', 'parsed', 'read', 'checked'] as const;
type Work = (typeof WORKS)[number];

/** Costs next to nothing beside a message, or it would make fast parsers look like slow ones. */
function digest(...values: readonly (string | number | undefined)[]): Digest {
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    sum += typeof value === 'string' ? value.length : (value ?? 0);
  }
  return sum;
}

const BYTES = MESSAGES.map(({ text }) => Buffer.from(text, 'latin1'));
/** Octets as the parsers of text are handed them. */
const textOf = (index: number): string => BYTES[index].toString('latin1');
const JSONS = MESSAGES.map(({ text }) => {
  const [head, body] = [text.slice(0, text.indexOf('\r\n\r\n')), text.slice(text.indexOf('\r\n\r\n') + 4)];
  const [start, ...lines] = head.split('\r\n');
  const headers = lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
  return Buffer.from(JSON.stringify({ start, headers, body }), 'latin1');
});

function ours(): Candidate {
  const read = (message: SipMessage): Digest => {
    const contact = message.contacts[0]?.uri;
    return digest(
      message.kind === 'request' ? message.method : message.status,
      message.kind === 'request' ? message.uri : '',
      message.from.parameters.get('tag'),
      message.to.parameters.get('tag'),
      message.vias[0].branch,
      message.cseq.number,
      message.callId,
      contact && 'host' in contact ? contact.host : '',
    );
  };
  return {
    name: 'parley',
    works: {
      parsed: i => parseMessage(BYTES[i]).kind.length,
      read: i => read(parseMessage(BYTES[i])),
      checked(i) {
        const message = parseMessage(BYTES[i]);
        if (message.kind === 'request' && validateRequest(message)) throw new Error(`${MESSAGES[i].name} is refused`);
        return read(message);
      },
    },
  };
}

/** What is used of a message of the package `sip`. */
interface SipPackageMessage {
  readonly method?: string;
  readonly status?: number;
  readonly uri?: string;
  readonly headers: {
    readonly from: { readonly params: { readonly tag?: string } };
    readonly to: { readonly params: { readonly tag?: string } };
    readonly via: readonly { readonly params: { readonly branch?: string } }[];
    readonly cseq: { readonly seq: number };
    readonly 'call-id': string;
    readonly contact?: readonly { readonly uri: string }[];
  };
}

function sipPackage(): Candidate {
  const sip: {
    parse(octets: Buffer): SipPackageMessage;
    parseUri(uri: string): { readonly host: string };
  } = require('sip');
  return {
    name: 'sip 0.0.6',
    works: {
      parsed: i => digest(sip.parse(BYTES[i]).method),
      read(i) {
        const { method, status, uri, headers } = sip.parse(BYTES[i]);
        const contact = headers.contact?.[0];
        return digest(
          method ?? status,
          uri,
          headers.from.params.tag,
          headers.to.params.tag,
          headers.via[0].params.branch,
          headers.cseq.seq,
          headers['call-id'],
          contact && sip.parseUri(contact.uri).host,
        );
      },
    },
  };
}

/** What is used of a message of sip.js and of JsSIP, whose parser it began as. */
interface SipJsMessage {
  readonly method?: string;
  readonly statusCode?: number;
  readonly status_code?: number;
  readonly ruri?: unknown;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly from_tag?: string;
  readonly to_tag?: string;
  readonly viaBranch?: string;
  readonly via_branch?: string;
  readonly cseq: number;
  readonly callId?: string;
  readonly call_id?: string;
  parseHeader(name: string): { readonly uri: { readonly host: string } } | undefined;
}

function digestOf(message: SipJsMessage): Digest {
  return digest(
    message.method ?? message.statusCode ?? message.status_code,
    message.ruri ? 1 : 0,
    message.fromTag ?? message.from_tag,
    message.toTag ?? message.to_tag,
    message.viaBranch ?? message.via_branch,
    message.cseq,
    message.callId ?? message.call_id,
    message.parseHeader('contact')?.uri.host,
  );
}

async function sipJs(): Promise<Candidate> {
  const { Parser } = (await import(require.resolve('sip.js/lib/core/messages/parser.js'))) as {
    readonly Parser: { parseMessage(text: string, logger: object): SipJsMessage | undefined };
  };
  const silent = { error() {}, warn() {}, log() {}, debug() {} };
  const parse = (i: number) => {
    const message = Parser.parseMessage(textOf(i), silent);
    if (!message) throw new Error(`sip.js refuses ${MESSAGES[i].name}`);
    return message;
  };
  return { name: 'sip.js 0.21.2', works: { parsed: i => parse(i).cseq, read: i => digestOf(parse(i)) } };
}

function jsSip(): Candidate {
  const { parseMessage: parse } = require('jssip/lib/Parser.js') as {
    parseMessage(text: string, userAgent: object): SipJsMessage | undefined;
  };
  const one = (i: number) => {
    const message = parse(textOf(i), {});
    if (!message) throw new Error(`JsSIP refuses ${MESSAGES[i].name}`);
    return message;
  };
  return { name: 'JsSIP 3.13.8', works: { parsed: i => one(i).cseq, read: i => digestOf(one(i)) } };
}

const json: Candidate = {
  name: 'JSON.parse',
  works: {
    read(i) {
      const { headers }: { readonly headers: readonly unknown[] } = JSON.parse(JSONS[i].toString('latin1'));
      return headers.length;
    },
  },
};

const platform: Candidate = { name: 'the platform', works: { lines: i => textOf(i).split('\r\n').length } };

/** Nanoseconds a message, and an octet of it. */
interface Cost {
  readonly name: string;
  readonly work: Work;
  readonly message: string;
  readonly nanosPerMessage: number;
  readonly nanosPerOctet: number;
}

let kept = 0;
function nanosOf(work: (index: number) => Digest, index: number): number {
  const before = process.hrtime.bigint();
  for (let i = 0; i < BATCH; i++) kept += work(index);
  return Number(process.hrtime.bigint() - before) / BATCH;
}

function measure(candidates: readonly Candidate[], rounds: number): Cost[] {
  const jobs = candidates.flatMap(({ name, works }) =>
    MESSAGES.flatMap((message, index) =>
      WORKS.flatMap(work => {
        const run = works[work];
        return run ? [{ name, work, run, message, index, nanos: [] as number[] }] : [];
      }),
    ),
  );
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++)
    for (const job of jobs) {
      const nanos = nanosOf(job.run, job.index);
      if (round >= 0) job.nanos.push(nanos);
    }
  return jobs.map(({ name, work, message, index, nanos }) => {
    const octets = name === 'JSON.parse' ? JSONS[index].length : BYTES[index].length;
    const nanosPerMessage = quantile(nanos, 0.5);
    return { name, work, message: message.name, nanosPerMessage, nanosPerOctet: nanosPerMessage / octets };
  });
}

function print(costs: readonly Cost[]): void {
  console.log('| Parser | Work | Message | Messages/s | ns an octet | times ours, parsed | times ours, read |');
  console.log('|---|---|---|---|---|---|---|');
  for (const { name, work, message, nanosPerMessage, nanosPerOctet } of costs) {
    const times = (own: Work): string => {
      const cost = costs.find(each => each.name === 'parley' && each.work === own && each.message === message);
      return cost ? (nanosPerMessage / cost.nanosPerMessage).toFixed(2) : '';
    };
    const perSecond = Math.round(1e9 / nanosPerMessage);
    console.log(
      `| ${name} | ${work} | ${message} | ${perSecond} | ${nanosPerOctet.toFixed(2)} | ${times('parsed')} | ${times('read')} |`,
    );
  }
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '60' }, json: { type: 'boolean', default: false } },
});
const costs = measure([ours(), sipPackage(), await sipJs(), jsSip(), json, platform], Number(values.rounds));
if (values.json) console.log(JSON.stringify({ machine: machine(), costs, kept: kept > 0 }, null, 2));
else print(costs);
