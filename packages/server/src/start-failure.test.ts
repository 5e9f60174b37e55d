import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug, ParleyError } from '@parley/base';
import { naming, startFailure } from './start-failure.ts';

test('where SIP cannot listen, the line keeps its code and names the key', () => {
  for (const code of ['SIP_PORT_IN_USE', 'SIP_CANNOT_LISTEN']) {
    const named = startFailure(new ParleyError(code, 'SIP cannot listen on UDP 127.0.0.1:5060: another program.'));
    assert.ok(named instanceof ParleyError);
    assert.equal(named.code, code);
    assert.match(named.message, /^SIP cannot listen on UDP 127\.0\.0\.1:5060: another program\. .*sip\.listen/);
  }
});

test('errors of the system become one line, our own stay what they are', () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  assert.deepEqual(startFailure(full), new ParleyError('START_FAILED', 'cannot start: no space left'));
  for (const error of [new Bug('a mistake'), new ParleyError('HTTP_PORT_IN_USE', 'taken')])
    assert.equal(startFailure(error), error);
});

test('what the system says against a value names its key; what is said already stays', async () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const failing = (error: Error) => naming('spool.folder', () => Promise.reject(error));
  await assert.rejects(failing(full), new ParleyError('CONFIG_INVALID', 'spool.folder cannot be used: no space left'));
  for (const error of [new Bug('a mistake'), new ParleyError('SPOOL_NEWER', 'newer')])
    await assert.rejects(failing(error), each => each === error);
  assert.equal(await naming('spool.folder', async () => 7), 7);
});
