import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { start } from '../peers/child.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { programs } from '../peers/programs.ts';
import { seedData } from '../peers/seed.ts';

/** A server whose only gateway is elsewhere: whoever scans it from 127.0.0.1 is a stranger. */
async function house(t: TestContext): Promise<Server> {
  const data = join(testFolder(t), 'data');
  await seedData(data, { gateway: { address: ['127.0.0.2'] } });
  return startServer(t, { data });
}

async function run(t: TestContext, command: string, ...args: readonly string[]) {
  const child = start(t, command, args);
  const code = await child.ended;
  return { code, output: child.output() };
}

/** Sends a request and resolves with the answer, less what is the sender's own or different each time. */
async function answerTo(server: string, method: string, number: string): Promise<string> {
  const [host, port] = server.split(':');
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const mine = socket.address().port;
  const lines = [
    `${method} sip:${number}@${server} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${mine};branch=z9hG4bK${method}${number}`,
    'Max-Forwards: 70',
    'From: <sip:scanner@127.0.0.1>;tag=scan',
    `To: <sip:${number}@${server}>`,
    `Call-ID: scan-${method}-${number}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:scanner@127.0.0.1:${mine}>`,
    'Content-Length: 0',
  ];
  socket.send(`${lines.join('\r\n')}\r\n\r\n`, Number(port), host);
  const [bytes] = (await once(socket, 'message', { signal: AbortSignal.timeout(5000) })) as [Buffer];
  socket.close();
  return bytes
    .toString('latin1')
    .replaceAll(number, 'NUMBER')
    .replaceAll(String(mine), 'PORT')
    .replace(/(\r\nTo: [^;\r]*;tag=)[^\r]*/, '$1TAG');
}

suite('scanners find nothing to enumerate', { concurrency: true }, () => {
  for (const method of ['REGISTER', 'INVITE', 'OPTIONS'])
    test(`sipvicious svwar by ${method}`, { timeout: 60_000 }, async t => {
      const found = programs(t, 'svwar');
      if (!found) return;
      const { udp } = await house(t);
      const [host, port] = udp.split(':');
      const { output } = await run(t, found.svwar, '-m', method, '-e', '990-1010', '-p', port, '--force', host);
      assert.doesNotMatch(output, /\|\s*\d+\s*\|/, output);
      assert.match(output, /found nothing/i, output);
    });

  test('sipvicious svmap learns that something speaks SIP, and not what', { timeout: 60_000 }, async t => {
    const found = programs(t, 'svmap');
    if (!found) return;
    const { udp } = await house(t);
    const [host, port] = udp.split(':');
    const { output } = await run(t, found.svmap, '-p', port, host);
    assert.match(output, new RegExp(udp));
    const told = output.replaceAll(udp, '').match(/\d+(\.\d+)+/g);
    assert.equal(told, null, `no version of anything: ${output}`);
  });

  test('sipsak hears the same for numbers that exist and for those that do not', { timeout: 60_000 }, async t => {
    const found = programs(t, 'sipsak');
    if (!found) return;
    const { udp } = await house(t);
    const about = async (number: string) => {
      const { code, output } = await run(t, found.sipsak, '-vv', '-s', `sip:${number}@${udp}`);
      return { code, status: /SIP\/2\.0 (\d{3})/.exec(output)?.[1] };
    };
    const [there, unknown] = [await about('1001'), await about('9999')];
    assert.deepEqual(there, unknown);
    assert.equal(there.status, '403');
  });

  test('every answer to a stranger is the same octet for octet, whatever the number', { timeout: 60_000 }, async t => {
    const { udp } = await house(t);
    for (const method of ['REGISTER', 'INVITE', 'OPTIONS', 'SUBSCRIBE', 'MESSAGE', 'REFER', 'NOTIFY', 'PUBLISH'])
      assert.equal(await answerTo(udp, method, '1001'), await answerTo(udp, method, '9999'), method);
  });
});
