import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { before, suite, type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { start } from '../peers/child.ts';
import { type House, startHouse } from '../peers/house.ts';
import { programs } from '../peers/programs.ts';
import { suiteScope } from '../peers/suite-scope.ts';

async function run(t: TestContext, command: string, ...args: readonly string[]) {
  const child = start(t, command, args);
  const code = await child.ended;
  return { code, output: child.output() };
}

type Transport = 'udp' | 'tcp' | 'tls';

/** Sends bytes; resolves with the answer, and the port that it came to. */
async function exchanged(transport: Transport, server: string, make: (port: number) => string) {
  const [host, port] = server.split(':');
  const signal = AbortSignal.timeout(5000);
  if (transport === 'udp') {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const mine = socket.address().port;
    socket.send(make(mine), Number(port), host);
    const [bytes] = (await once(socket, 'message', { signal })) as [Buffer];
    socket.close();
    return { mine, answer: bytes.toString('latin1') };
  }
  const to = { host, port: Number(port) };
  const socket = transport === 'tcp' ? connect(to) : connectTls({ ...to, rejectUnauthorized: false });
  await once(socket, transport === 'tcp' ? 'connect' : 'secureConnect', { signal });
  const mine = socket.localPort ?? 0;
  socket.write(make(mine));
  const [bytes] = (await once(socket, 'data', { signal })) as [Buffer];
  socket.destroy();
  return { mine, answer: bytes.toString('latin1') };
}

/** Sends a request and resolves with the answer, less what is the sender's own or different each time. */
async function answerTo(transport: Transport, server: string, { method, number }: { method: string; number: string }) {
  const { mine, answer } = await exchanged(transport, server, port =>
    [
      `${method} sip:${number}@${server} SIP/2.0`,
      `Via: SIP/2.0/${transport.toUpperCase()} 127.0.0.1:${port};branch=z9hG4bK${method}${number}`,
      'Max-Forwards: 70',
      'From: <sip:scanner@127.0.0.1>;tag=scan',
      `To: <sip:${number}@${server}>`,
      `Call-ID: scan-${transport}-${method}-${number}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:scanner@127.0.0.1:${port}>`,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n'),
  );
  return answer
    .replaceAll(number, 'NUMBER')
    .replaceAll(String(mine), 'PORT')
    .replace(/(\r\nTo: [^;\r]*;tag=)[^\r]*/, '$1TAG');
}

suite('scanners find nothing to enumerate', { concurrency: true }, () => {
  const scope = suiteScope();
  /** Its only gateway is elsewhere: whoever scans it from 127.0.0.1 is a stranger. */
  let house: House;

  before(async () => {
    house = await startHouse(scope, { seed: { gateway: { address: ['127.0.0.2'] } }, extensions: {} });
  });

  for (const method of ['REGISTER', 'INVITE', 'OPTIONS'])
    test(`sipvicious svwar by ${method}`, { timeout: 60_000 }, async t => {
      const found = programs(t, 'svwar');
      if (!found) return;
      const [host, port] = house.server.udp.split(':');
      const { output } = await run(t, found.svwar, '-m', method, '-e', '990-1010', '-p', port, '--force', host);
      assert.doesNotMatch(output, /\|\s*\d+\s*\|/, output);
      assert.match(output, /found nothing/i, output);
    });

  test('sipvicious svmap learns that something speaks SIP, and not what', { timeout: 60_000 }, async t => {
    const found = programs(t, 'svmap');
    if (!found) return;
    const { udp } = house.server;
    const [host, port] = udp.split(':');
    const { output } = await run(t, found.svmap, '-p', port, host);
    assert.match(output, new RegExp(udp));
    const told = output.replaceAll(udp, '').match(/\d+(\.\d+)+/g);
    assert.equal(told, null, `no version of anything: ${output}`);
  });

  // Its TLS (0.9.8.1) gives up before it reads the answer.
  for (const transport of ['udp', 'tcp'] as const)
    test(`sipsak over ${transport} hears the same for numbers that exist and for those that do not`, {
      timeout: 60_000,
    }, async t => {
      const found = programs(t, 'sipsak');
      if (!found) return;
      const { server } = house;
      const about = async (number: string) => {
        const uri = `sip:${number}@${server.at(transport)}`;
        const { code, output } = await run(t, found.sipsak, '-vv', '-E', transport, '-s', uri);
        return { code, status: /SIP\/2\.0 (\d{3})/.exec(output)?.[1] };
      };
      const [there, unknown] = [await about('1001'), await about('9999')];
      assert.deepEqual(there, unknown);
      assert.equal(there.status, '403');
    });

  for (const transport of ['udp', 'tcp', 'tls'] as const)
    test(`every answer to a stranger over ${transport} is the same octet for octet, whatever the number`, {
      timeout: 60_000,
    }, async () => {
      const server = house.server.at(transport);
      for (const method of ['REGISTER', 'INVITE', 'OPTIONS', 'SUBSCRIBE', 'MESSAGE', 'REFER', 'NOTIFY', 'PUBLISH']) {
        const [there, unknown] = [
          await answerTo(transport, server, { method, number: '1001' }),
          await answerTo(transport, server, { method, number: '9999' }),
        ];
        assert.equal(there, unknown, method);
        assert.match(there, /^SIP\/2\.0 403 /, method);
      }
    });
});
