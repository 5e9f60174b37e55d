import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Challenge, parseChallenge, printChallenge } from '../src/auth/challenge.ts';
import { parseCredentials, printCredentials } from '../src/auth/credentials.ts';
import { parseMessageSummary, printMessageSummary } from '../src/events/message-summary.ts';
import { parseStatusFragment, printStatusFragment } from '../src/events/sipfrag.ts';
import {
  buildRequest,
  buildResponse,
  type NameAddress,
  parseDiversion,
  parseEvent,
  parseHistoryInfo,
  parseMessage,
  parseMinSe,
  parseNameAddress,
  parseNameAddressList,
  parsePrivacy,
  parseRAck,
  parseReason,
  parseReferredBy,
  parseReferTo,
  parseReplaces,
  parseRSeq,
  parseSessionExpires,
  parseSubscriptionState,
  parseUri,
  parseVia,
  printEvent,
  printMessage,
  printNameAddress,
  printReason,
  printReferredBy,
  printReferTo,
  printReplaces,
  printSubscriptionState,
  printUri,
  printVia,
  type RawHeader,
  type SipUri,
  uriEquals,
} from '../src/message/index.ts';

const RUNS = { seed: 20261121, numRuns: 500 };

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const token = fc.stringMatching(/^[a-z0-9\-.!%*_+`'~]{1,12}$/);
const host = fc.constantFrom('example.com', '192.0.2.1', '2001:db8::1', 'a-b.c_d', '3f2a9c', 'x.');
const port = fc.option(fc.nat(65535), { nil: undefined });
/** What a quoted string can carry: no CR and LF. */
const line = text.map(value => value.replace(/[\r\n]/g, ' '));

function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

const mapOf = <T>(name: fc.Arbitrary<string>, value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map(entries => new Map(entries));
const lowerText = someText.map(name => name.toLowerCase());

const sipUri: fc.Arbitrary<SipUri> = fc
  .record({
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: text,
    password: fc.option(text, { nil: undefined }),
    host,
    port,
    parameters: mapOf(lowerText, text),
    headers: mapOf(lowerText, text),
  })
  .map(uri => without(uri.user === '' ? { ...uri, password: undefined } : uri));

const nameAddressArbitrary: fc.Arbitrary<NameAddress> = fc
  .record({ display: line, uri: sipUri, parameters: mapOf(token, line) })
  .map(address => ({ ...address, uriText: printUri(address.uri) }));

test('parse(print(uri)) = uri, and equal to itself', () => {
  fc.assert(
    fc.property(sipUri, uri => {
      const again = parseUri(printUri(uri));
      assert.deepEqual(again, uri);
      assert.ok(uriEquals(again, uri));
    }),
    RUNS,
  );
});

test('parse(print(address)) = address, alone and in a list', () => {
  fc.assert(
    fc.property(fc.array(nameAddressArbitrary, { minLength: 1, maxLength: 4 }), addresses => {
      assert.deepEqual(parseNameAddress(printNameAddress(addresses[0])), addresses[0]);
      assert.deepEqual(parseNameAddressList(addresses.map(printNameAddress).join(' ,\t')), addresses);
      assert.deepEqual(parseDiversion(printNameAddress(addresses[0])).address, addresses[0]);
    }),
    RUNS,
  );
});

test('an index and an embedded Reason survive History-Info', () => {
  fc.assert(
    fc.property(
      sipUri,
      fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 100, max: 699 }),
      (uri, path, cause) => {
        const headers = new Map([['reason', `SIP;cause=${cause};text="a, \\"b\\""`]]);
        const entry = parseHistoryInfo(`<${printUri({ ...uri, headers })}>;index=${path.join('.')}`);
        assert.equal(entry.index, path.join('.'));
        assert.deepEqual([entry.reasons[0].cause, entry.reasons[0].text], [cause, 'a, "b"']);
      },
    ),
    RUNS,
  );
});

test('parse(print(via)) = via', () => {
  const via = fc.record({
    transport: fc.constantFrom('UDP', 'TCP', 'TLS', 'X-Y'),
    host,
    port,
    branch: token,
    parameters: mapOf(token, line),
  });
  fc.assert(
    fc.property(via, parts => {
      const parameters = new Map([
        ['branch', parts.branch],
        ...[...parts.parameters].filter(([name]) => name !== 'branch'),
      ]);
      const whole = without({ ...parts, parameters });
      assert.deepEqual(parseVia(printVia(whole)), whole);
    }),
    RUNS,
  );
});

/** A plain object, as the parsers give. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { noNullPrototype: true });

/** What a value is when it has been printed and read. */
function survives<T>(value: fc.Arbitrary<T>, again: (value: T) => unknown): void {
  fc.assert(
    fc.property(value, one => assert.deepEqual(again(one), one)),
    RUNS,
  );
}

const word = fc.stringMatching(/^[a-z0-9\-.!%*_+`'~]{1,12}$/);
const number32 = fc.oneof(fc.nat(99), fc.integer({ min: 0, max: 0xffff_ffff }));
const seconds = fc.oneof(fc.nat(99), fc.integer({ min: 0, max: 0x7fff_ffff }));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const ascii = fc.string({ unit: 'binary-ascii', maxLength: 30 });

/** What may stand in a quoted text of a digest. */
const secret = ascii.map(value => value.replaceAll(/[^\x20-\x7e]/g, ' '));

test('parse(print(x)) = x for Replaces, RAck, RSeq, Session-Expires and Min-SE', () => {
  const callId = fc.stringMatching(/^[!-+\--:<-~]{1,20}$/);
  survives(record({ callId, toTag: word, fromTag: word, earlyOnly: fc.boolean() }), value =>
    parseReplaces(printReplaces(value)),
  );
  survives(record({ response: number32, sequence: number32, method: word }), one =>
    parseRAck(`${one.response} ${one.sequence}\t${one.method}`),
  );
  survives(
    number32.map(value => value || 1),
    one => parseRSeq(String(one)),
  );
  survives(record({ seconds, refresher: fc.constantFrom('uac' as const, 'uas' as const, undefined) }), one =>
    parseSessionExpires(`${one.seconds}${one.refresher ? ` ; Refresher = ${one.refresher}` : ''};x="y;z"`),
  );
  survives(seconds, one => parseMinSe(`${one};x`));
});

test('parse(print(x)) = x for Event, Subscription-State and Privacy', () => {
  // An event package is a token without template or with some: "a.b" is one.
  const name = fc.stringMatching(/^[a-z0-9\-!%*_+`'~]{1,12}(\.[a-z0-9]{1,5})?$/);
  const parameters = mapOf(
    word.filter(one => one !== 'id'),
    word,
  );
  survives(
    fc.tuple(name, optional(word), parameters).map(([packageName, id, others]) => ({
      package: packageName,
      id: id ?? '',
      parameters: new Map([...(id === undefined ? [] : [['id', id] as const]), ...others]),
    })),
    value => parseEvent(printEvent(value)),
  );
  const state = fc.constantFrom('active', 'pending', 'terminated', 'waiting');
  const reason = fc.constantFrom('', 'deactivated', 'noresource', 'giveup');
  survives(record({ state, reason, expires: optional(seconds), retryAfter: optional(seconds) }), value =>
    parseSubscriptionState(printSubscriptionState(value)),
  );
  survives(fc.uniqueArray(word, { minLength: 1, maxLength: 5 }), one => [...parsePrivacy(one.join(' ; '))]);
});

test('parse(print(x)) = x for Reason, Referred-By and Refer-To', () => {
  const protocol = word.map(one => one.toUpperCase());
  survives(record({ protocol, cause: optional(fc.nat(999)), text: line }), one => {
    const [{ parameters: _, ...again }] = parseReason(printReason(one));
    return again;
  });
  survives(record({ uri: sipUri, display: line }), ({ uri, display }) => {
    const { address } = parseReferredBy(printReferredBy(printUri(uri), { display }));
    return { uri: address.uri, display: address.display };
  });
  const dialog = record({ callId: word, toTag: word, fromTag: word, earlyOnly: fc.constant(false) });
  // What a referrer may have in the URI is not his to choose freely: neither headers nor a method (RFC 3515 section 2.1).
  const bare = sipUri.map(uri => ({ ...uri, headers: new Map(), parameters: new Map([['lr', '']]) }));
  survives(record({ uri: bare, replaces: optional(dialog), method: token }), ({ uri, replaces, method }) => {
    const again = parseReferTo(printReferTo(printUri(uri), { replaces, method }));
    return { uri: again.uri, replaces: again.replaces, method: again.method };
  });
});

test('parse(print(x)) = x for digest challenges and credentials', () => {
  const algorithm = fc.constantFrom('MD5' as const, 'SHA-256' as const, 'SHA-512-256' as const);
  const common = { algorithm, isSession: fc.boolean(), realm: secret, opaque: optional(secret) };
  const nonce = secret.map(value => `n${value}`);
  const qops: fc.Arbitrary<Challenge['qops']> = fc.constantFrom(['auth'], ['auth-int'], ['auth', 'auth-int']);
  survives(record({ ...common, nonce, qops, isStale: fc.boolean() }), value => parseChallenge(printChallenge(value)));
  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  const credentials = record({
    ...common,
    ...{ user: secret, nonce, uri: secret, response: hex(32), nc: hex(8), cnonce: secret },
    qop: fc.constantFrom('auth' as const, 'auth-int' as const),
  });
  survives(credentials, value => parseCredentials(printCredentials(value)));
});

test('parse(print(x)) = x for message-summary and the status lines of REFER reports', () => {
  const count = record({ unread: number32, read: number32 });
  const counts = record({ unread: number32, read: number32, urgent: count });
  const classes = mapOf(fc.stringMatching(/^[a-z]{1,8}-message$/), fc.oneof(count, counts));
  survives(record({ waiting: fc.boolean(), account: sipUri.map(printUri), classes }), value =>
    parseMessageSummary(printMessageSummary(value).content),
  );
  survives(
    record({
      status: fc.integer({ min: 100, max: 699 }),
      reason: fc.stringMatching(/^([A-Za-z0-9]+( [A-Za-z0-9]+)?)?$/),
    }),
    ({ status, reason }) => parseStatusFragment(printStatusFragment(status, reason).content),
  );
});

const header: fc.Arbitrary<RawHeader> = fc.tuple(
  token.filter(name => name !== 'l' && name !== 'content-length'),
  fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map(value => value.replace(/[\r\n\0]/g, ' ').replace(/^[ \t]+|[ \t]+$/g, '')),
);

test('parse(print(message)) = message: start line, headers in order, body', () => {
  const parts = record({
    method: token,
    uri: sipUri.map(printUri),
    headers: fc.array(header, { maxLength: 20 }),
    body: fc.uint8Array({ maxLength: 100 }),
  });
  fc.assert(
    fc.property(parts, fc.integer({ min: 100, max: 699 }), (request, status) => {
      const built = buildRequest(request);
      for (const transport of ['datagram', 'stream'] as const) {
        const again = parseMessage(printMessage(built), { transport });
        assert.ok(again.kind === 'request');
        assert.deepEqual([again.method, again.uri, again.headers], [built.method, built.uri, built.headers]);
        assert.deepEqual(Buffer.from(again.body), Buffer.from(built.body));
      }
      const response = buildResponse(built, { status, headers: request.headers, body: request.body });
      const again = parseMessage(printMessage(response));
      assert.ok(again.kind === 'response');
      assert.deepEqual(
        [again.status, again.reason, again.headers],
        [response.status, response.reason, response.headers],
      );
    }),
    RUNS,
  );
});
