import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { chord } from '@parley/media';
import { openPhone } from '@parley/phone';
import { startServer, testFolder } from '../peers/parley.ts';
import { seedData } from '../peers/seed.ts';

/** Loopback, but of no interface: no address of this machine as far as anybody is told. */
const WRONG = '127.0.0.77';

test('a phone that names a wrong address is not heard, and the log and the trace say why, once', {
  timeout: 60_000,
}, async t => {
  const folder = testFolder(t);
  const data = join(folder, 'data');
  await seedData(data, { gateway: { address: ['127.0.0.0/8'] } });
  const server = await startServer(t, { data, config: { maildir: { root: join(folder, 'mail') } } });
  const phone = await openPhone();
  t.after(() => phone.close());
  const offer = ({ port }: { readonly port: number }) =>
    `v=0\r\no=- 1 1 IN IP4 ${WRONG}\r\ns=-\r\nc=IN IP4 ${WRONG}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`;
  const call = await phone.call(`sip:1001@${server.udp}`, { from: '<sip:5550123@pbx.example.com>', offer });
  // Packets of silence count for nothing before anything was heard, and nothing is heard at this address.
  const said = call.say(chord([440], 5000));
  const [, text] = await server.child.prints(/(\{.*"msg":"the caller is not heard.*\})/);
  const line: Record<string, unknown> = JSON.parse(text);
  assert.equal(line.level, 'warn');
  assert.equal(line.call, call.callId);
  assert.match(String(line.negotiated), new RegExp(`^${WRONG.replaceAll('.', '\\.')}:\\d+$`));
  assert.equal(line.from, String(line.negotiated).replace(WRONG, '127.0.0.1'));
  assert.match(String(line.remedy), /SDP/);
  const { output } = await server.run('trace', call.callId);
  assert.match(output, new RegExp(`^but +: sound came from ${line.from}$`, 'm'));
  await said;
  await call.hangUp();
  const [, over] = await server.child.prints(/(\{.*"msg":"call over.*\})/);
  assert.equal(JSON.parse(over).type, 'Call Answering Missed Call', 'nothing of it was recorded');
  assert.equal(server.child.output().split('the caller is not heard').length - 1, 1);
  assert.doesNotMatch(server.child.output(), /nothing was heard of the caller/);
});
