import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  buildResponse,
  parseMessage,
  printMessage,
  type SipMessage,
  SipParseError,
  type SipRequest,
  StreamFramer,
  validateRequest,
  validateResponse,
} from '../src/message/index.ts';
import { RFC_4475, RFC_5118, type Verdict } from './torture/manifest.ts';
import { rfc4475, rfc5118 } from './torture/messages.ts';

const FOLDER = join(import.meta.dirname, 'torture');

/** Parses and validates as the core does. */
function judge(bytes: Buffer): SipMessage | SipParseError {
  try {
    const message = parseMessage(bytes);
    return (message.kind === 'request' ? validateRequest(message) : validateResponse(message)) ?? message;
  } catch (thrown) {
    if (thrown instanceof SipParseError) return thrown;
    throw thrown;
  }
}

function requestOf(bytes: Buffer): SipRequest {
  const message = judge(bytes);
  assert.ok(!(message instanceof SipParseError) && message.kind === 'request', String(message));
  return message;
}

function check(name: string, bytes: Buffer, verdict: Verdict): void {
  const outcome = judge(bytes);
  if (verdict.kind === 'accept') {
    assert.ok(
      !(outcome instanceof SipParseError),
      `${name}: ${outcome instanceof SipParseError ? outcome.message : ''}`,
    );
    assertPrintable(outcome);
    return;
  }
  assert.ok(outcome instanceof SipParseError, `${name} was accepted`);
  assert.equal(outcome.where, verdict.where, outcome.message);
  assert.match(outcome.message, /^[\x20-\x7e]+$/);
  if (verdict.kind === 'drop') {
    assert.equal(outcome.partial, undefined);
    return;
  }
  assert.equal(outcome.status, verdict.status);
  assert.ok(outcome.partial, `${name} cannot be answered`);
  const answer = parseMessage(
    printMessage(buildResponse(outcome.partial, { status: outcome.status, reason: outcome.message, toTag: 't' })),
  );
  assert.deepEqual(answer.values('via'), outcome.partial.values('via'));
}

/** What was accepted is the same after printing and parsing again. */
function assertPrintable(message: SipMessage): void {
  const again = parseMessage(printMessage(message));
  const others = (m: SipMessage) => m.headers.filter(([name]) => !['content-length', 'l'].includes(name.toLowerCase()));
  assert.deepEqual(others(again), others(message));
  assert.deepEqual(Buffer.from(again.body), Buffer.from(message.body));
}

test('the manifest names every file', () => {
  assert.deepEqual(
    Object.keys(RFC_4475)
      .map(name => `${name}.dat`)
      .sort(),
    readdirSync(join(FOLDER, 'rfc4475')).sort(),
  );
  assert.deepEqual(Object.keys(RFC_5118).sort(), readdirSync(join(FOLDER, 'rfc5118')).sort());
});

for (const [name, verdict] of Object.entries(RFC_4475))
  test(`RFC 4475 ${name}: ${verdict.kind}`, () => check(name, rfc4475(name), verdict));
for (const [name, verdict] of Object.entries(RFC_5118))
  test(`RFC 5118 ${name}: ${verdict.kind}`, () => check(name, rfc5118(name), verdict));

test('3.1.1.1: blanks, folds, escapes and empty parameters where the grammar has them', () => {
  const request = requestOf(rfc4475('wsinv'));
  assert.equal(request.to.parameters.get('tag'), '1918181833n');
  assert.equal(request.from.display, 'J Rosenberg \\"');
  assert.equal(request.from.parameters.get('tag'), '98asjd8');
  assert.deepEqual(request.cseq, { number: 9, method: 'INVITE' });
  assert.equal(request.header('max-forwards'), '0068');
  assert.equal(request.header('subject'), '');
  assert.equal(request.header('newfangledheader'), 'newfangled value continued newfangled value');
  assert.equal(request.header('unknownheaderwithunusualvalue'), ';;,,;;,;');
  assert.deepEqual(
    request.vias.map(via => [via.transport, via.host, via.branch]),
    [
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ],
  );
  assert.equal(request.contacts[0].display, 'Quoted string ""');
  assert.deepEqual(
    [...request.contacts[0].parameters],
    [
      ['newparam', 'newvalue'],
      ['secondparam', ''],
      ['q', '0.33'],
    ],
  );
  assert.equal(request.body.length, 150);
});

test('3.1.1.2: every character that a method, a user and a quoted string may have', () => {
  const request = requestOf(rfc4475('intmeth'));
  assert.equal(request.method, "!interesting-Method0123456789_*+`.%indeed'~");
  const { requestUri } = request;
  assert.ok(requestUri.scheme === 'sip');
  assert.equal(requestUri.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
  assert.equal(requestUri.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  assert.equal(request.to.display, 'BEL:\x07 NUL:\x00 DEL:\x7f');
  assert.equal(request.from.display, "token1~` token2'+_ token3*%!.-");
  assert.equal(request.from.parameters.get("fromparam''~+*_!.-%"), 'работающий');
  assert.equal(request.headers.find(([name]) => name.startsWith('extension'))?.[1], '\ufeff大停電');
});

test('3.1.1.3 to 3.1.1.5: escapes are resolved in URIs, never in methods and header names', () => {
  const esc01 = requestOf(rfc4475('esc01'));
  assert.ok(
    esc01.requestUri.scheme === 'sip' && esc01.to.uri.scheme === 'sip' && esc01.contacts[0].uri.scheme === 'sip',
  );
  assert.equal(esc01.requestUri.user, 'sips:user@example.com');
  assert.equal(esc01.to.uri.user, 'user');
  assert.deepEqual(
    [...esc01.contacts[0].uri.parameters],
    [
      ['lr', ''],
      ['name', 'value%41'],
    ],
  );
  const escnull = requestOf(rfc4475('escnull'));
  assert.ok(escnull.to.uri.scheme === 'sip');
  assert.equal(escnull.to.uri.user, 'null-\0-null');
  assert.equal(escnull.contacts.length, 2);
  const esc02 = requestOf(rfc4475('esc02'));
  assert.equal(esc02.method, 'RE%47IST%45R');
  assert.equal(esc02.to.display, '%Z%45');
  assert.deepEqual(
    esc02.contacts.map(contact => contact.uriText),
    ['sip:alias1@host1.example.com', 'sip:alias3@host3.example.com'],
  );
});

test('3.1.1.7 to 3.1.1.12: long values, trailing octets, semicolons, transports, binary bodies, Cyrillic reasons', () => {
  assert.equal(requestOf(rfc4475('longreq')).vias.length, 34);
  const dblreq = requestOf(rfc4475('dblreq'));
  assert.equal(dblreq.method, 'REGISTER');
  assert.equal(dblreq.body.length, 0);
  const { requestUri } = requestOf(rfc4475('semiuri'));
  assert.ok(requestUri.scheme === 'sip');
  assert.equal(requestUri.user, 'user;par=u@example.net');
  assert.deepEqual(
    requestOf(rfc4475('transports')).vias.map(via => via.transport),
    ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'],
  );
  assert.equal(requestOf(rfc4475('mpart01')).body.length, 553);
  const unreason = parseMessage(rfc4475('unreason'));
  assert.ok(unreason.kind === 'response');
  assert.equal(unreason.reason, '= 2**3 * 5**2 но сто девяносто девять - простое');
  const noreason = parseMessage(rfc4475('noreason'));
  assert.deepEqual(noreason.kind === 'response' && [noreason.status, noreason.reason], [100, '']);
});

test('RFC 5118: addresses with and without ports and delimiters', () => {
  const uriOf = (name: string) => {
    const { requestUri } = requestOf(rfc5118(name));
    assert.ok(requestUri.scheme === 'sip');
    return [requestUri.host, requestUri.port];
  };
  assert.deepEqual(uriOf('ipv6-good'), ['2001:db8::10', undefined]);
  assert.deepEqual(uriOf('port-ambiguous'), ['2001:db8::10:5070', undefined]);
  assert.deepEqual(uriOf('port-unambiguous'), ['2001:db8::10', 5070]);
  assert.deepEqual(uriOf('ipv6-bug-abnf-3-colons'), ['2001:db8::192.0.2.1', undefined]);
  const received = (name: string) => requestOf(rfc5118(name)).vias[0].parameters.get('received');
  assert.equal(received('via-received-param-with-delim'), '[2001:db8::9:255]');
  assert.equal(received('via-received-param-no-delim'), '2001:db8::9:255');
  assert.deepEqual(
    requestOf(rfc5118('ipv4-mapped-ipv6')).vias.map(via => [via.host, via.port]),
    [
      ['::ffff:192.0.2.10', 19823],
      ['::ffff:192.0.2.2', undefined],
    ],
  );
});

test('over a stream: two messages in one piece are two, a negative length ends the connection', () => {
  const framer = new StreamFramer();
  framer.push(rfc4475('dblreq'));
  assert.equal(parseMessage(framer.next() as Uint8Array, { transport: 'stream' }).cseq.method, 'REGISTER');
  assert.equal(parseMessage(framer.next() as Uint8Array, { transport: 'stream' }).cseq.method, 'INVITE');
  const broken = new StreamFramer();
  broken.push(rfc4475('ncl'));
  const isAnswerable = (error: unknown) =>
    error instanceof SipParseError && error.status === 400 && error.partial?.method === 'INVITE';
  assert.throws(() => broken.next(), isAnswerable);
  broken.push(rfc4475('wsinv'));
  assert.throws(() => broken.next(), isAnswerable);
});
