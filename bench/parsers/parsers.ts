/**
 * Messages a second that are parsed, and nanoseconds an octet: ours, the JavaScript parsers that can be had by npm, and JSON.parse on the
 * same message as JSON, in turns in one process.
 *
 *   taskset -c 0 node bench/parsers/parsers.ts [--rounds N] [--json]
 *
 * "parsed" is what each parser does when it is handed a message: the others read the structured headers then, ours splits and remembers
 * where they are. "read" asks everybody for the same seven facts afterwards (method or status, Request-URI, tags of From and To, branch
 * of the top Via, CSeq, Call-ID, host of Contact). The median of the rounds is told.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { parseMessage } from '@parley/sip';
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
  /** Undefined for what reads everything when it parses. */
  readonly parsed?: (index: number) => Digest;
  readonly read: (index: number) => Digest;
}

const digest = (...values: readonly (string | number | undefined)[]): Digest =>
  values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : (value ?? 0)), 0);

const BYTES = MESSAGES.map(({ text }) => Buffer.from(text, 'latin1'));
const TEXTS = MESSAGES.map(({ text }) => text);
const JSONS = MESSAGES.map(({ text }) => {
  const [head, body] = [text.slice(0, text.indexOf('\r\n\r\n')), text.slice(text.indexOf('\r\n\r\n') + 4)];
  const [start, ...lines] = head.split('\r\n');
  const headers = lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
  return JSON.stringify({ start, headers, body });
});

function ours(): Candidate {
  return {
    name: 'parley',
    parsed: i => parseMessage(BYTES[i]).headers.length,
    read(i) {
      const message = parseMessage(BYTES[i]);
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
    parse(text: string): SipPackageMessage;
    parseUri(uri: string): { readonly host: string };
  } = require('sip');
  return {
    name: 'sip 0.0.6',
    parsed: i => digest(sip.parse(TEXTS[i]).method),
    read(i) {
      const { method, status, uri, headers } = sip.parse(TEXTS[i]);
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
    const message = Parser.parseMessage(TEXTS[i], silent);
    if (!message) throw new Error(`sip.js refuses ${MESSAGES[i].name}`);
    return message;
  };
  return { name: 'sip.js 0.21.2', parsed: i => parse(i).cseq, read: i => digestOf(parse(i)) };
}

function jsSip(): Candidate {
  const { parseMessage: parse } = require('jssip/lib/Parser.js') as {
    parseMessage(text: string, userAgent: object): SipJsMessage | undefined;
  };
  const one = (i: number) => {
    const message = parse(TEXTS[i], {});
    if (!message) throw new Error(`JsSIP refuses ${MESSAGES[i].name}`);
    return message;
  };
  return { name: 'JsSIP 3.13.8', parsed: i => one(i).cseq, read: i => digestOf(one(i)) };
}

const json: Candidate = {
  name: 'JSON.parse',
  read(i) {
    const { headers }: { readonly headers: readonly unknown[] } = JSON.parse(JSONS[i]);
    return headers.length;
  },
};

/** Nanoseconds a message, and an octet of it. */
interface Cost {
  readonly name: string;
  readonly work: 'parsed' | 'read';
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
  const jobs = candidates.flatMap(({ name, parsed, read }) =>
    MESSAGES.flatMap((message, index) => [
      ...(parsed ? [{ name, work: 'parsed' as const, run: parsed, message, index, nanos: [] as number[] }] : []),
      { name, work: 'read' as const, run: read, message, index, nanos: [] as number[] },
    ]),
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
  console.log('| Parser | Work | Message | Messages/s | ns an octet | times ours, read |');
  console.log('|---|---|---|---|---|---|');
  for (const { name, work, message, nanosPerMessage, nanosPerOctet } of costs) {
    const own = costs.find(each => each.name === 'parley' && each.work === 'read' && each.message === message);
    const ratio = own ? nanosPerMessage / own.nanosPerMessage : Number.NaN;
    console.log(
      `| ${name} | ${work} | ${message} | ${Math.round(1e9 / nanosPerMessage)} | ${nanosPerOctet.toFixed(2)} | ${ratio.toFixed(2)} |`,
    );
  }
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '60' }, json: { type: 'boolean', default: false } },
});
const costs = measure([ours(), sipPackage(), await sipJs(), jsSip(), json], Number(values.rounds));
if (values.json) console.log(JSON.stringify({ machine: machine(), costs, kept: kept > 0 }, null, 2));
else print(costs);
