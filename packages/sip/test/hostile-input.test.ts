import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  buildResponse,
  parseDiversion,
  parseHistoryInfo,
  parseMessage,
  parseMinSe,
  parseNameAddress,
  parsePrivacy,
  parseRAck,
  parseReason,
  parseReferredBy,
  parseReplaces,
  parseRSeq,
  parseSessionExpires,
  parseUri,
  parseVia,
  printMessage,
  printNameAddress,
  printReason,
  printReplaces,
  printUri,
  printVia,
  reasonPhrase,
  SipParseError,
  StreamFramer,
  validateRequest,
  validateResponse,
} from '../src/message/index.ts';

const RUNS = { seed: 20261121, numRuns: 5000 };
const FOLDER = join(import.meta.dirname, 'torture', 'rfc4475');
const MESSAGES = readdirSync(FOLDER).map(name => readFileSync(join(FOLDER, name), 'latin1'));

/** Pieces that mean something to the grammar, and bytes that mean nothing. */
const PIECES = [
  '\r\n',
  '\r',
  '\n',
  '\0',
  '\\',
  '"',
  '<',
  '>',
  ',',
  ';',
  ':',
  '=',
  '@',
  '%',
  '%00',
  '%4',
  '[',
  ']',
  '?',
  '&',
  ' ',
  '\t',
  '\r\n ',
  '\x7f',
  '\xff',
  '\xc3',
  'sip:',
  'SIP/2.0',
  '99999999999999999999',
  'l: 5\r\n',
  '((',
];

interface Mutation {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(200)),
  insert: fc.oneof(
    fc.constantFrom(...PIECES),
    fc.string({ maxLength: 3 }),
    fc.constantFrom(...PIECES).map(piece => piece.repeat(40)),
  ),
});

function mutated(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { minLength: 1, maxLength: 6 }))
    .map(([seed, mutations]) =>
      mutations.reduce((text, { at, remove, insert }) => {
        const place = Math.floor(at * text.length);
        return text.slice(0, place) + insert + text.slice(place + remove);
      }, seed),
    );
}

/** The result, or undefined when it was refused as it should be; anything else that is thrown fails the test. */
function refusing<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof SipParseError)) throw thrown;
    assert.match(thrown.message, /^[\x20-\x7e]{1,200}$/);
    return undefined;
  }
}

/** Uses a message as the layers above would. */
function use(bytes: Buffer): void {
  let message: ReturnType<typeof parseMessage>;
  try {
    message = parseMessage(bytes);
  } catch (thrown) {
    if (!(thrown instanceof SipParseError)) throw thrown;
    if (thrown.partial)
      printMessage(buildResponse(thrown.partial, { status: thrown.status, reason: thrown.message, toTag: 't' }));
    return;
  }
  const error = message.kind === 'request' ? validateRequest(message) : validateResponse(message);
  if (message.kind === 'request') printMessage(buildResponse(message, { status: error?.status ?? 200, toTag: 't' }));
  for (const [name] of message.headers) refusing(() => [message.header(name), message.values(name)]);
  refusing(() => message.route);
  const again = parseMessage(printMessage(message));
  const others = (headers: typeof message.headers) =>
    headers.filter(([name]) => !['content-length', 'l'].includes(name.toLowerCase()));
  assert.deepEqual(others(again.headers), others(message.headers));
  assert.deepEqual(Buffer.from(again.body), Buffer.from(message.body));
}

test(`5,000 mutated datagrams (seed ${RUNS.seed}) throw nothing but SipParseError, and print as they were`, () => {
  fc.assert(
    fc.property(mutated(MESSAGES), text => use(Buffer.from(text, 'latin1'))),
    RUNS,
  );
});

/** What a framer makes of a stream: messages, keep-alives, and the error that ended it. */
function framed(stream: Buffer, sizes: readonly number[]): string[] {
  const framer = new StreamFramer();
  const out: string[] = [];
  try {
    for (let at = 0, turn = 0; at < stream.length; turn++) {
      const size = sizes[turn % sizes.length];
      framer.push(Buffer.from(stream.subarray(at, at + size)));
      at += size;
      for (let item = framer.next(); item !== undefined; item = framer.next()) {
        out.push(typeof item === 'string' ? item : Buffer.from(item).toString('latin1'));
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof SipParseError)) throw thrown;
    out.push(`error ${thrown.where}`);
  }
  assert.ok(framer.work <= 12 * stream.length + 1000, `${framer.work} steps for ${stream.length} octets`);
  return out;
}

test(`5,000 mutated streams (seed ${RUNS.seed}) give the same messages however they are cut`, () => {
  const streams = MESSAGES.map((message, index) => message + MESSAGES[(index + 7) % MESSAGES.length]);
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(mutated(streams), sizes, (text, cut) => {
      const stream = Buffer.from(text, 'latin1');
      assert.deepEqual(framed(stream, cut), framed(stream, [stream.length]));
    }),
    RUNS,
  );
});

const URIS = [
  'sip:alice:secret@atlanta.com:5060;transport=tcp;lr?subject=project%20x&Reason=SIP%3Bcause%3D302',
  'sips:1001@[2001:db8::1]:5061;opaque=app:voicemail',
  'tel:+1-(201)-555.0123;ext=7;phone-context=example.com',
  'urn:service:sos',
];
const ADDRESSES = [
  '"A. \\"G.\\" Bell" <sip:agb@bell.com;transport=tcp>;tag=a48s;x="y z"',
  'Zoë M <sip:z@h>',
  'sip:a@b;tag=1',
  '*',
];

const VALUE_PARSERS: Readonly<Record<string, readonly [(text: string) => unknown, readonly string[]]>> = {
  URI: [text => assert.deepEqual(parseUri(printUri(parseUri(text))), parseUri(text)), URIS],
  'name-addr': [text => printNameAddress(parseNameAddress(text)), ADDRESSES],
  Via: [
    text => assert.deepEqual(parseVia(printVia(parseVia(text))), parseVia(text)),
    ['SIP/2.0/UDP [::1]:5062;rport;branch=z9hG4bK1', 'SIP / 2.0 / TCP h : 1 ;x="y"'],
  ],
  Diversion: [parseDiversion, ADDRESSES.map(address => `${address};reason=no-answer;counter=1;privacy=off`)],
  'History-Info': [parseHistoryInfo, URIS.map(uri => `"B" <${uri}>;index=1.1;mp=1`)],
  Replaces: [
    text => assert.deepEqual(parseReplaces(printReplaces(parseReplaces(text))), parseReplaces(text)),
    ['98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff', 'a;to-tag=1;from-tag=2;early-only'],
  ],
  'Referred-By': [parseReferredBy, ADDRESSES.map(address => `${address};cid="2UWQFN309shb3@ref.example"`)],
  Privacy: [parsePrivacy, ['header;user;critical', 'id, none']],
  RAck: [parseRAck, ['776656 1 INVITE']],
  RSeq: [parseRSeq, ['988789']],
  'Session-Expires': [parseSessionExpires, ['4000;refresher=uac', '90 ; Refresher = UAS;x="y"']],
  'Min-SE': [parseMinSe, ['3600;lr']],
  Reason: [
    text => parseReason(text).map(reason => parseReason(printReason(reason))),
    ['SIP;cause=200;text="Call completed elsewhere", Q.850;cause=16'],
  ],
  'reason phrase': [text => assert.match(reasonPhrase(text), /^[^\r\n\0"<>]*$/), ADDRESSES],
};

for (const [name, [parse, seeds]] of Object.entries(VALUE_PARSERS)) {
  test(`5,000 mutated values for ${name} (seed ${RUNS.seed}) throw nothing but SipParseError`, () => {
    fc.assert(
      fc.property(mutated(seeds), text => void refusing(() => parse(text))),
      RUNS,
    );
  });
}
