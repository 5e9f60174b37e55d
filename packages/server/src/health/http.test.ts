import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { serveHealth } from './http.ts';
import { createMetrics } from './metrics.ts';

const figures = {
  calls: 3,
  waiting: 1,
  lateMillis: 1.5,
  signallingMillis: 2.5,
  spoolWaiting: 2,
  spoolOldestSeconds: 9,
  spoolDead: 1,
  spoolFreeBytes: 5,
  backlogSeconds: 7,
  directoryMailboxes: 12,
  directoryAwaySeconds: 3.5,
  directoryStale: 4,
  certificateSeconds: 6,
};

test('live, ready with its reasons, and the metrics are served', async () => {
  const reasons = ['prompts are being rendered'];
  const metrics = createMetrics(() => figures);
  metrics.call('Call Answering Voice Message', 'success');
  metrics.refused('untrusted');
  const server = await serveHealth({
    address: '127.0.0.1',
    port: 0,
    registry: metrics.registry,
    notReady: () => reasons,
    log: silentLog,
  });
  const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  try {
    assert.equal((await at('/live')).status, 200);
    const waiting = await at('/ready');
    assert.equal(waiting.status, 503);
    assert.equal(await waiting.text(), 'prompts are being rendered\n');
    reasons.length = 0;
    assert.equal((await at('/ready')).status, 200);
    const text = await (await at('/metrics')).text();
    assert.match(text, /^parley_calls 3$/m);
    assert.match(text, /^parley_spool_dead_letters 1$/m);
    assert.match(text, /^parley_directory_mailboxes 12$/m);
    assert.match(text, /^parley_directory_away_seconds 3\.5$/m);
    assert.match(text, /^parley_directory_stale_answers 4$/m);
    assert.match(text, /^parley_calls_total\{type="Call Answering Voice Message",outcome="success"\} 1$/m);
    assert.match(text, /^parley_refused_total\{why="untrusted"\} 1$/m);
    assert.match(text, /^parley_sip_certificate_seconds 6$/m);
    const without = createMetrics(() => ({ ...figures, certificateSeconds: undefined }));
    assert.doesNotMatch(await without.registry.metrics(), /^parley_sip_certificate_seconds \d/m);
    assert.equal((await at('/etc/passwd')).status, 404);
    assert.equal((await at('/live', 'POST')).status, 405);
    await assert.rejects(
      serveHealth({
        address: '127.0.0.1',
        port: server.port,
        registry: metrics.registry,
        notReady: () => [],
        log: silentLog,
      }),
      {
        code: 'HTTP_PORT_IN_USE',
        message: /is taken by another program\. Set http\.address and http\.port/,
      },
    );
  } finally {
    await server.close();
  }
});
