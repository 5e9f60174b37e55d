import assert from 'node:assert/strict';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from './log.ts';

/** What a log writes, a parsed line each. */
function lines(
  options: { maskNumbers: boolean },
  say: (log: ReturnType<typeof createLog>) => void,
): Record<string, unknown>[] {
  const folder = mkdtempSync(join(tmpdir(), 'parley-log-'));
  try {
    const file = join(folder, 'log');
    const log = createLog({ level: 'info', ...options, fd: openSync(file, 'w') });
    say(log);
    log.flush();
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const explanation = ['Diversion (bottom-most of 2): 1001@pbx.example.com -> first candidate', 'caller +15550100'];

test('numbers are starred out, in fields and in lines for people, unless they are wanted', () => {
  const [masked] = lines({ maskNumbers: true }, log => log.info('call came', { caller: '+15550100', explanation }));
  assert.equal(masked.caller, '+15****00');
  assert.deepEqual(masked.explanation, [
    'Diversion (bottom-most of 2): ****@pbx.example.com -> first candidate',
    'caller +15****00',
  ]);
  const [whole] = lines({ maskNumbers: false }, log => log.info('call came', { caller: '+15550100', explanation }));
  assert.deepEqual([whole.caller, whole.explanation], ['+15550100', explanation]);
});

test('addresses are starred out in their user, and stay readable in host and port', () => {
  const to = (value: string, maskNumbers = true) =>
    lines({ maskNumbers }, log => log.info('moved', { to: value }))[0].to;
  assert.equal(to('sip:+15550100@192.0.2.1:5060;transport=tcp'), 'sip:+15****00@192.0.2.1:5060;transport=tcp');
  assert.equal(to('tel:+15550100'), 'tel:+15****00');
  assert.equal(to('192.0.2.1:5060'), '192.0.2.1:5060');
  assert.equal(to('sip:5550100@h', false), 'sip:5550100@h');
});

test('carried fields, errors with their cause, and the level', () => {
  const found = lines({ maskNumbers: true }, log => {
    log.with({ call: 'a' }).error('failed', { error: new Error('outer', { cause: new Error('inner') }) });
    log.debug('not written');
    log.adjust({ level: 'debug', maskNumbers: true });
    log.debug('written');
  });
  assert.equal(found.length, 2);
  assert.deepEqual(
    [found[0].level, found[0].call, found[0].error],
    ['error', 'a', { message: 'outer', cause: { message: 'inner' } }],
  );
  assert.equal(found[1].msg, 'written');
});
