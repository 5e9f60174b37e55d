import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  buildRequest,
  buildResponse,
  type NameAddress,
  parseDiversion,
  parseHistoryInfo,
  parseMessage,
  parseNameAddress,
  parseNameAddressList,
  parseUri,
  parseVia,
  printMessage,
  printNameAddress,
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

const mapOf = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
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

const header: fc.Arbitrary<RawHeader> = fc.tuple(
  token.filter(name => name !== 'l' && name !== 'content-length'),
  fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map(value => value.replace(/[\r\n\0]/g, ' ').replace(/^[ \t]+|[ \t]+$/g, '')),
);

test('parse(print(message)) = message: start line, headers in order, body', () => {
  const parts = fc.record({
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
