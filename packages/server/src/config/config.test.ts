import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { changedKeys, readConfig, reference } from './config.ts';
import { referenceTable } from './reference-table.ts';

const problemsOf = (yaml: string) => {
  try {
    readConfig(yaml, 'parley.yaml');
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
};

test('an empty file gives every default', () => {
  const config = readConfig('', 'x');
  assert.deepEqual(config.sip.listen, [
    { transport: 'udp', address: '0.0.0.0', port: 5060 },
    { transport: 'tcp', address: '0.0.0.0', port: 5060 },
  ]);
  assert.deepEqual(config.rtp.ports, { from: 20000, to: 29999 });
  assert.equal(config.maildir.mode, 0o600);
  assert.equal(config.limits.calls, 100);
});

test('a value is read where it stands', () => {
  const config = readConfig(
    'sip:\n  listen: ["tcp:127.0.0.1:0"]\nmaildir: { owner: "8:8", mode: "0640" }\nlimits: { calls: 2500 }\n',
    'x',
  );
  assert.deepEqual(config.sip.listen, [{ transport: 'tcp', address: '127.0.0.1', port: 0 }]);
  assert.deepEqual(config.maildir, { root: 'mail', owner: { uid: 8, gid: 8 }, mode: 0o640 });
  assert.equal(config.limits.calls, 2500);
});

test('an unknown key is named, with the ones that are allowed there', () => {
  assert.deepEqual(problemsOf('rtp: { port: 5 }'), [
    'parley.yaml, line 1: unknown key "rtp.port"; allowed in rtp: address, address6, advertise, ports, silentSeconds, silenceEveryMillis, sockets, codecs, nat, srtp, threads',
  ]);
  assert.match(problemsOf('rpt: {}')[0], /unknown key "rpt"; allowed at the top: node, sip,/);
  assert.match(problemsOf('__proto__: {}')[0], /unknown key "__proto__"/);
});

test('a bad value is named with its key and what is allowed, and every problem is told at once', () => {
  const problems = problemsOf(
    'limits: { calls: many, drainSeconds: -1 }\nrtp: { ports: "5-6" }\nmaildir: { mode: "0777", owner: "0:0" }\nsip: 7\n',
  );
  assert.equal(problems.length, 6);
  assert.ok(problems.includes('parley.yaml, line 1: limits.calls is "many"; allowed: a whole number from 1 to 100000'));
  assert.ok(problems.some(line => /rtp\.ports is "5-6"; allowed: `FROM-TO`/.test(line)));
  assert.ok(problems.some(line => /line 4: sip is 7; keys with values/.test(line)));
});

test('a problem is told with its line, and in a list with its entry', () => {
  assert.deepEqual(
    problemsOf("node: a\nsip:\n  # where\n  listen:\n    - 'udp:127.0.0.1:5060'\n    - 'tls:127.0.0.1'\n"),
    [
      'parley.yaml, line 4: sip.listen, entry 2, is "tls:127.0.0.1"; allowed: `TRANSPORT:ADDRESS:PORT` with udp, tcp, tls, ws or wss, and an IPv6 address in brackets (`tls:[::]:5061`)',
    ],
  );
  assert.match(problemsOf('rtp: { codecs: [PCMU, G711] }')[0], /rtp\.codecs, entry 2, is "G711"; allowed: `PCMU`/);
  assert.match(problemsOf('sip: { websocketOrigins: [phone] }')[0], /entry 1, is "phone"; allowed: an origin/);
  assert.match(problemsOf('node: a\n\nspi:\n  listen: 1\n')[0], /^parley\.yaml, line 3: unknown key "spi"/);
});

test('whoever writes a key as the reference names it is told how groups are written', () => {
  assert.match(
    problemsOf("sip.listen: ['udp:127.0.0.1:5060']")[0],
    /unknown key "sip\.listen"; groups are maps within one another: sip: \{ listen: \.\.\. \}$/,
  );
  assert.match(problemsOf('sip: { tls.key: x }')[0], /unknown key "sip\.tls\.key"; .*: tls: \{ key: \.\.\. \}$/);
  assert.match(problemsOf('sip.listn: []')[0], /unknown key "sip\.listn"; allowed at the top: node/);
});

test('keys that contradict each other are told together', () => {
  assert.match(
    problemsOf('sip: { sessionTimer: { expires: 60 } }')[0],
    /sip\.sessionTimer\.expires is 60; allowed: 0, or at least sip\.sessionTimer\.minimum \(90\)$/,
  );
  assert.deepEqual(problemsOf('sip: { sessionTimer: { expires: 0 } }'), []);
  assert.match(
    problemsOf('speech: { engine: http }')[0],
    /, line 1: speech\.engine is "http", which needs speech\.url/,
  );
  assert.deepEqual(problemsOf("speech: { engine: http, url: 'http://127.0.0.1:9' }"), []);
  const listen = (...points: string[]) => problemsOf(`sip: { listen: ${JSON.stringify(points)} }`);
  assert.match(listen('udp:[::1]:5060', 'udp:[::1]:5060')[0], /sip\.listen has udp:\[::1\]:5060 twice$/);
  assert.match(listen('tcp:127.0.0.1:5061', 'tls:127.0.0.1:5061')[0], /are one TCP port/);
  assert.deepEqual(listen('udp:127.0.0.1:0', 'udp:127.0.0.1:0', 'udp:127.0.0.2:5060', 'tcp:127.0.0.2:5060'), []);
});

test('a port is one that there is', () => {
  assert.match(
    problemsOf('sip: { advertise: 203.0.113.7:99999 }')[0],
    /sip\.advertise is "203\.0\.113\.7:99999"; allowed/,
  );
  assert.equal(
    readConfig('sip: { advertise: voicemail.example.org:5070 }', 'x').sip.advertise,
    'voicemail.example.org:5070',
  );
});

test('broken YAML and aliases are one line each, not a stack', () => {
  assert.match(problemsOf('a: [1')[0], /^parley\.yaml: .* at line 1, column \d+\. Is a bracket or a quote not closed/);
  assert.match(problemsOf('sip: { listen: [udp:[::]:5060] }')[0], /in quotes: 'udp:\[::\]:5060'$/);
  assert.match(problemsOf('limits:\n\tcalls: 5')[0], /^parley\.yaml: Tabs are not allowed .* at line 2, column 1$/);
  assert.match(problemsOf('node: a\n---\nnode: b')[0], /second document/);
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', 'b: &b [*a,*a,*a,*a,*a,*a,*a,*a]', 'c: &c [*b,*b,*b,*b,*b,*b,*b,*b]'];
  for (const yaml of [bomb.join('\n'), 'node: &n a\nsip: { advertise: *n }', 'node: *nobody'])
    assert.match(problemsOf(yaml).join('|'), /^parley\.yaml: aliases \(\*name\) are not read[^|]*$/);
});

test('what SIGHUP can take over is told apart from what needs a restart', () => {
  const changed = changedKeys(readConfig('', 'x'), readConfig('limits: { calls: 5 }\nhttp: { port: 0 }', 'x'));
  assert.deepEqual(changed, { live: ['limits.calls'], restart: ['http.port'] });
});

test('the reference in the README is the table of settings', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../../README.md'), 'utf8');
  assert.ok(
    readme.includes(referenceTable(reference())),
    'README.md: replace the configuration reference by what `parley config` prints',
  );
});
