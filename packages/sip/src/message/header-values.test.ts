import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCseq } from './cseq.ts';
import { parseDiversion } from './diversion.ts';
import { parseHistoryInfo } from './history-info.ts';
import { parseReason, parseWarning } from './reason.ts';
import { standardReason } from './reasons.ts';
import { SipParseError } from './sip-parse-error.ts';
import { parseVia, parseViaList, printVia } from './via.ts';

function refused(parse: (text: string) => unknown, texts: readonly string[]): void {
  for (const text of texts) assert.throws(() => parse(text), SipParseError, text);
}

test('Via: blanks around separators, IPv6, ports, parameters', () => {
  const via = parseVia(
    'SIP / 2.0 / udp  first.example.com : 4000 ;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6.1;rport',
  );
  assert.deepEqual(
    [via.transport, via.host, via.port, via.branch],
    ['UDP', 'first.example.com', 4000, 'z9hG4bKa7c6.1'],
  );
  assert.equal(via.parameters.get('rport'), '');
  assert.equal(parseVia('SIP/2.0/TCP [2001:db8::9:1]').host, '2001:db8::9:1');
  assert.equal(parseVia('SIP/2.0/TCP h').branch, '');
  assert.equal(parseViaList('SIP/2.0/UDP a;branch=1 , SIP/2.0/UDP b').length, 2);
  refused(parseVia, [
    '',
    'SIP/2.0/UDP',
    'SIP/2.0 UDP h',
    'SIP/2.0/UDP h;',
    'SIP/2.0/UDP h:',
    'SIP/2.0/UDP h:99999',
    'SIP/2.0/UDPh',
    'SIP/2.0/UDP a b',
  ]);
});

test('Via prints what it parsed, with received and rport filled in', () => {
  const via = parseVia('SIP/2.0/UDP [::1]:5062;rport;branch=z9hG4bK1');
  const filled = { ...via, parameters: new Map([...via.parameters, ['rport', '5062'], ['received', '::1']]) };
  assert.equal(printVia(filled), 'SIP/2.0/UDP [::1]:5062;rport=5062;branch=z9hG4bK1;received=::1');
  assert.deepEqual(parseVia(printVia(filled)), filled);
  assert.equal(
    printVia({ transport: 'TCP', host: 'h', branch: 'z9hG4bK2', parameters: new Map() }),
    'SIP/2.0/TCP h;branch=z9hG4bK2',
  );
});

test('CSeq: 32 bits, and a method in its own case', () => {
  assert.deepEqual(parseCseq('0009   InVite'), { number: 9, method: 'InVite' });
  assert.equal(parseCseq('4294967295 BYE').number, 4294967295);
  refused(parseCseq, ['', '1', 'INVITE', '1INVITE', '-1 INVITE', '4294967296 INVITE', '1 INVITE x', '1 INV/ITE']);
});

test('Diversion: both spellings of the reason, counter, privacy', () => {
  const diversion = parseDiversion('"Ann Lee" <sip:1001@pbx.example.com>;reason=No_Answer;counter=3;privacy=FULL');
  assert.equal(diversion.address.display, 'Ann Lee');
  assert.deepEqual([diversion.reason, diversion.counter, diversion.privacy], ['no-answer', 3, 'full']);
  assert.equal(parseDiversion('<tel:+15550100>;reason="user-busy"').reason, 'user-busy');
  assert.equal(parseDiversion('<tel:+15550100>;counter=many').counter, 1);
});

test('History-Info: index, how the target changed, embedded Reason and Privacy', () => {
  const entry = parseHistoryInfo(
    '<sip:bob@b.example;p=x?Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%2C%20gone%22&Privacy=History>;index=1.1.2;mp=1.1',
  );
  assert.deepEqual(
    [entry.index, entry.mp, entry.rc, entry.np, entry.privacy],
    ['1.1.2', '1.1', undefined, undefined, 'history'],
  );
  assert.deepEqual(
    entry.reasons.map(reason => [reason.protocol, reason.cause, reason.text]),
    [['SIP', 302, 'Moved, gone']],
  );
  const two = parseHistoryInfo('<sip:a@b?Reason=SIP%3Bcause%3D486&Reason=Q.850%3Bcause%3D17>;index=1');
  assert.deepEqual(
    two.reasons.map(reason => reason.cause),
    [486, 17],
  );
  const unescaped = parseHistoryInfo('<sip:a@b?Reason=SIP;cause=408>;index=1');
  assert.equal(unescaped.reasons[0].cause, 408);
  refused(parseHistoryInfo, [
    '',
    '<sip:a@b>;index=',
    '<sip:a@b>;index=1.',
    '<sip:a@b>;index=a',
    '<sip:a@b>;rc=x',
    '<sip:a@b?Reason=%22>;index=1',
  ]);
});

test('Reason and Warning', () => {
  const [sip, isdn] = parseReason('SIP ;cause=200 ;text="Call completed elsewhere", Q.850;cause=16');
  assert.deepEqual([sip.protocol, sip.cause, sip.text], ['SIP', 200, 'Call completed elsewhere']);
  assert.deepEqual([isdn.protocol, isdn.cause, isdn.text], ['Q.850', 16, '']);
  assert.equal(parseReason('SIP;cause=many')[0].cause, undefined);
  refused(parseReason, ['', 'SIP,', 'SIP;', 'SIP;text="a']);
  assert.deepEqual(parseWarning('305 example.com:5060 "PCMU, PCMA"'), {
    code: 305,
    agent: 'example.com:5060',
    text: 'PCMU, PCMA',
  });
  refused(parseWarning, ['', '305', '305 a', '1812 overture "x"', '305 a "x" y']);
});

test('every status has a phrase', () => {
  assert.deepEqual([200, 299, 486, 499, 599, 699].map(standardReason), [
    'OK',
    'OK',
    'Busy Here',
    'Bad Request',
    'Server Internal Error',
    'Decline',
  ]);
});
