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
    'parley.yaml: unknown key "rtp.port"; allowed in rtp: address, address6, advertise, ports, silentSeconds, silenceEveryMillis, sockets, codecs, nat, srtp, threads',
  ]);
  assert.match(problemsOf('rpt: {}')[0], /unknown key "rpt"; allowed at the top: node, sip,/);
  assert.match(problemsOf('__proto__: {}')[0], /unknown key "__proto__"/);
});

test('a bad value is named with its key and what is allowed, and every problem is told at once', () => {
  const problems = problemsOf(
    'limits: { calls: many, drainSeconds: -1 }\nrtp: { ports: "5-6" }\nmaildir: { mode: "0777", owner: "0:0" }\nsip: 7\n',
  );
  assert.equal(problems.length, 6);
  assert.ok(problems.includes('parley.yaml: limits.calls is "many"; allowed: a whole number from 1 to 100000'));
  assert.ok(problems.some(line => /rtp\.ports is "5-6"; allowed: `FROM-TO`/.test(line)));
  assert.ok(problems.some(line => /sip\. is 7; keys with values/.test(line)));
});

test('broken YAML and a bomb of aliases are one line each, not a stack', () => {
  assert.equal(problemsOf('a: [1').length >= 1, true);
  assert.match(problemsOf('a: &x [1]\nb: [*x, *x]').join(), /alias|unknown key/i);
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
