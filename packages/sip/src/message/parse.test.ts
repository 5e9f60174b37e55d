import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIP_BUDGETS } from './budgets.ts';
import type { SipRequest } from './message.ts';
import { parseMessage } from './parse.ts';
import { SipParseError } from './sip-parse-error.ts';
import { validateRequest, validateResponse } from './validate.ts';

const HEAD = [
  'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
  'From: <sip:a@b>;tag=1',
  'To: <sip:c@d>',
  'Call-ID: x@y',
  'CSeq: 1 INVITE',
  'Max-Forwards: 70',
];

function text(lines: readonly string[], body = '', start = 'INVITE sip:c@d SIP/2.0'): Buffer {
  return Buffer.from([start, ...lines, '', body].join('\r\n'));
}

function request(lines: readonly string[], body = ''): SipRequest {
  const message = parseMessage(text(lines, body));
  assert.ok(message.kind === 'request');
  return message;
}

function errorOf(run: () => unknown): SipParseError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof SipParseError) return thrown;
    throw thrown;
  }
  assert.fail('nothing was thrown');
}

test('headers in order, unknown ones raw, compact forms and any case found, lists split', () => {
  const message = request([
    ...HEAD,
    'm: <sip:a@h>, sip:b@h',
    'X-Unknown:  a , b;; ',
    'CONTACT: <sip:c@h>',
    'k: timer,,100rel',
    'x-unknown: second',
  ]);
  assert.deepEqual(
    message.headers.slice(6).map(([name]) => name),
    ['m', 'X-Unknown', 'CONTACT', 'k', 'x-unknown'],
  );
  assert.deepEqual(message.values('contact'), ['<sip:a@h>', 'sip:b@h', '<sip:c@h>']);
  assert.equal(message.header('contact'), '<sip:a@h>');
  assert.equal(message.contacts.length, 3);
  assert.deepEqual(message.values('x-unknown'), ['a , b;;', 'second']);
  assert.deepEqual(message.values('Supported'), ['timer', '100rel']);
  assert.equal(message.header('subject'), undefined);
  assert.equal(message.callId, 'x@y');
});

test('one tokenizer: blanks before the colon do not make another header', () => {
  const message = request([...HEAD, 'X-Internal \t: v', 'Content-Length : 0']);
  assert.equal(message.header('x-internal'), 'v');
  for (const line of [
    'X-Internal\u00a0: v',
    'X-Internal\x0b: v',
    'X Internal: v',
    ': v',
    'no colon',
    ' folded start',
  ]) {
    const error = errorOf(() => parseMessage(text([line, ...HEAD])));
    assert.equal(error.where, 'header');
    assert.equal(error.partial?.headers.length, 6);
  }
});

test('names are UTF-8, or Latin-1 when they are not; folds are one blank', () => {
  const latin1 = Buffer.concat([
    text(HEAD).subarray(0, -2),
    Buffer.from('Subject: Zo\xeb\r\n  \r\n\tM\xfcller \r\nOrganization: ', 'latin1'),
    Buffer.from('Zoë\r\n\r\n'),
  ]);
  const message = parseMessage(latin1);
  assert.equal(message.header('subject'), 'Zoë Müller');
  assert.equal(message.header('organization'), 'Zoë');
});

test('a header whose name has the length and the sampled letters of a known one is another header', () => {
  // "6" and "v" are the same in their lowest five bits, and so are "vaa" and "via".
  const message = request(['6: one', ...HEAD, 'Cxx--ID: two', 'CaLL-iD-: three', 'vaa: four']);
  assert.deepEqual(message.values('6'), ['one']);
  assert.equal(message.header('vaa'), 'four');
  assert.equal(message.header('cxx--id'), 'two');
  assert.equal(message.vias.length, 1);
  assert.equal(message.callId, 'x@y');
  assert.deepEqual(message.headers[0], ['6', 'one']);
});

test('the Request-URI is read where it stands, and its faults are told by their place in it', () => {
  const padded = Buffer.concat([Buffer.from('\r\n\r\n'), text(HEAD)]);
  const message = parseMessage(padded);
  assert.ok(message.kind === 'request');
  assert.ok(message.requestUri.scheme === 'sip');
  assert.equal(message.requestUri.host, 'd');
  const broken = parseMessage(text(HEAD, '', 'INVITE sip:c@d:1x SIP/2.0'));
  assert.ok(broken.kind === 'request');
  const error = errorOf(() => broken.requestUri);
  assert.deepEqual([error.where, error.offset], ['Request-URI', 9]);
  assert.match(error.message, /found 'x' at 9/);
});

test('empty lines before the start line are ignored', () => {
  assert.equal(parseMessage(Buffer.concat([Buffer.from('\r\n\r\n'), text(HEAD)])).callId, 'x@y');
});

test('line ends are CRLF and nothing else; NUL only in a quoted pair', () => {
  for (const evil of ['Subject: a\nX: b', 'Subject: a\rX: b', 'Subject: a\0', 'Subject: a\r\r']) {
    const error = errorOf(() => parseMessage(text([evil, ...HEAD])));
    assert.equal(error.partial?.header('subject'), undefined);
    assert.equal(error.partial?.header('x'), undefined);
    assert.equal(error.partial?.callId, 'x@y');
  }
  assert.equal(request([...HEAD, 'Subject: "\\\0"']).header('subject'), '"\\\0"');
  assert.match(
    errorOf(() => parseMessage(Buffer.from('INVITE sip:a@b SIP/2.0\nTo: x\n\n'))).message,
    /^start line: CR and LF/,
  );
});

test('Content-Length on a datagram: shorter cuts, longer and doubled are refused, none reaches to the end', () => {
  assert.equal(request([...HEAD, 'Content-Length: 2'], 'abc').body.length, 2);
  assert.equal(request(HEAD, 'abc').body.length, 3);
  for (const bad of ['4', '-1', '', '1e1', '0x1', '99999999999', '1 2']) {
    const error = errorOf(() => request([...HEAD, `l: ${bad}`], 'abc'));
    assert.deepEqual([error.status, error.partial?.callId], [400, 'x@y']);
  }
  assert.equal(errorOf(() => request([...HEAD, 'l: 3', 'Content-Length: 3'], 'abc')).where, 'Content-Length');
  assert.equal(errorOf(() => parseMessage(text(HEAD, 'abc'), { transport: 'stream' })).where, 'Content-Length');
});

test('budgets: message, line, header fields, body, values', () => {
  const small = { maxMessage: 1000, maxLine: 100, maxHeaders: 8, maxBody: 10, maxValues: 3 };
  const parse = (lines: readonly string[], body = '') =>
    parseMessage(text([...HEAD, ...lines], body), { budgets: small });
  assert.equal(parse(['Subject: x', 'Date: y'], '0123456789').body.length, 10);
  assert.deepEqual(
    [errorOf(() => parse([], 'x'.repeat(900))).status, errorOf(() => parse([], '0123456789a')).status],
    [513, 413],
  );
  assert.equal(errorOf(() => parse([`Subject: ${'x'.repeat(100)}`])).status, 513);
  assert.equal(errorOf(() => parse([`Subject: x${'\r\n y'.repeat(30)}`])).status, 513);
  assert.equal(errorOf(() => parse(['a: 1', 'b: 2', 'c: 3'])).status, 513);
  const folded = parse(['m: <sip:a@b>, <sip:c@d>', 'Contact: <sip:e@f>, <sip:g@h>']);
  assert.equal(errorOf(() => folded.contacts).status, 513);
  assert.equal(errorOf(() => folded.values('contact')).status, 513);
  assert.equal(SIP_BUDGETS.maxMessage, 65535);
});

test('request lines: one blank each, no brackets, SIP/2.0; the error can be answered when the method was readable', () => {
  const cases: [string, number, string | undefined][] = [
    ['INVITE sip:c@d SIP/2.1', 505, 'INVITE'],
    ['INVITE sip:c@d SIP/22.0', 505, 'INVITE'],
    ['INVITE sip:c@d HTTP/1.1', 400, 'INVITE'],
    ['INVITE sip:c@d', 400, 'INVITE'],
    ['INVITE sip:c@d sip/2.0 ', 400, 'INVITE'],
    ['INVITE  sip:c@d SIP/2.0', 400, 'INVITE'],
    ['INVITE sip:c"@d SIP/2.0', 400, 'INVITE'],
    ['INVITE', 400, undefined],
    ['INV(ITE sip:c@d SIP/2.0', 400, undefined],
    [' INVITE sip:c@d SIP/2.0', 400, undefined],
    ['SIP/2.0 99 x', 400, undefined],
    ['SIP/2.0 1000 x', 400, undefined],
    ['SIP/2.0 700 x', 400, undefined],
    ['SIP/2.0 2x0 x', 400, undefined],
    ['SIP/3.0 200 OK', 505, undefined],
    ['SIP/2.0200 OK', 505, undefined],
    ['SIP/2.0', 400, undefined],
  ];
  for (const [start, status, method] of cases) {
    const error = errorOf(() => parseMessage(text(HEAD, '', start)));
    assert.deepEqual([error.where, error.status, error.partial?.method], ['start line', status, method], start);
  }
  const lower = parseMessage(text(HEAD, '', 'invite sip:c@d sip/2.0'));
  assert.equal(lower.kind === 'request' && lower.method, 'invite');
  const bare = parseMessage(text(HEAD, '', 'SIP/2.0 200'));
  assert.deepEqual(bare.kind === 'response' && [bare.status, bare.reason], [200, '']);
});

test('garbage is refused without a partial', () => {
  for (const garbage of [
    '',
    '\r\n',
    '\r\n\r\n',
    '\0\0\0',
    'hello',
    '\x80\x80\r\n\r\n',
    'OPTIONS sip:a@b SIP/2.0\r\n\r\n'.slice(0, -2),
  ]) {
    assert.equal(errorOf(() => parseMessage(Buffer.from(garbage, 'latin1'))).partial, undefined);
  }
});

test('validation names the header that is missing, doubled or malformed', () => {
  const without = (name: string) => HEAD.filter(line => !line.startsWith(name));
  assert.equal(validateRequest(request(HEAD)), undefined);
  assert.equal(validateRequest(request(without('Max-Forwards'))), undefined);
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    const missing = validateRequest(request(without(name)));
    assert.equal(missing?.message, `${name}: missing`);
    assert.ok(missing?.partial);
  }
  for (const line of [...HEAD.slice(1), 'Max-Forwards: 3', 'Content-Type: a/b']) {
    const doubled = validateRequest(request([...HEAD, line, ...(line.startsWith('Content') ? [line] : [])]));
    assert.match(doubled?.message ?? '', /appears more than once$/, line);
  }
  const broken: [string, string][] = [
    ['CSeq', 'CSeq: 1 BYE'],
    ['Max-Forwards', 'Max-Forwards: 256'],
    ['Max-Forwards', 'Max-Forwards: -1'],
    ['Call-ID', 'Call-ID: a b'],
    ['Contact', 'm: <sip:a'],
    ['Record-Route', 'Record-Route: <sip:a@b>,'],
  ];
  for (const [name, line] of broken)
    assert.equal(validateRequest(request([...without(name), line]))?.where, name, line);
  const response = parseMessage(text(without('To'), '', 'SIP/2.0 200 OK'));
  assert.equal(response.kind === 'response' && validateResponse(response)?.message, 'To: missing');
});

test('accessors remember what they parsed', () => {
  const message = request(HEAD);
  assert.equal(message.from, message.from);
  assert.equal(message.vias, message.vias);
  assert.equal(message.headers, message.headers);
});
