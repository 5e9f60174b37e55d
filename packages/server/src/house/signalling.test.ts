import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { memoryLog, systemClock } from '@parley/base';
import { readConfig } from '../config/config.ts';
import { createSignalling } from './signalling.ts';

const GATEWAY = '127.0.0.2';
const FLOOD = 6000;

const options = (n: number, address: string) =>
  [
    'OPTIONS sip:1001@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/UDP ${address};rport;branch=z9hG4bK${n}`,
    'From: <sip:t@example.org>;tag=t',
    'To: <sip:1001@127.0.0.1>',
    `Call-ID: ${n}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');

async function socketAt(address: string) {
  const socket = createSocket('udp4').bind(0, address);
  await once(socket, 'listening');
  return socket;
}

test('of a flood of strangers a thousand messages a second are read; a gateway is served meanwhile', async t => {
  const log = memoryLog();
  let read = 0;
  const { userAgent } = createSignalling({
    config: readConfig('sip: { listen: ["udp:127.0.0.1:0"] }\n', 'parley.yaml').sip,
    at: path => path,
    clock: systemClock,
    log,
    onInvitation: invitation => invitation.reject({ status: 486 }),
    unlimited: ({ address }) => address === GATEWAY,
    admit: (_, { address }) => {
      if (address === GATEWAY) return undefined;
      read += 1;
      return { status: 403 };
    },
  });
  t.after(() => userAgent.close());
  const [{ address, port }] = await userAgent.listen();
  const began = performance.now();
  for (let source = 1; source <= 20; source++) {
    const stranger = await socketAt(`127.1.0.${source}`);
    for (let n = 0; n < FLOOD / 20; n++) stranger.send(options(n, `127.1.0.${source}`), port, address);
    stranger.unref();
    t.after(() => stranger.close());
  }
  const gateway = await socketAt(GATEWAY);
  t.after(() => gateway.close());
  const answered = once(gateway, 'message', { signal: AbortSignal.timeout(5000) });
  gateway.send(options(1, GATEWAY), port, address);
  const [bytes]: Buffer[] = await answered;
  assert.match(bytes.toString(), /^SIP\/2\.0 200 /);
  const most = 1000 * (1 + (performance.now() - began) / 1000);
  assert.ok(read > 0 && read <= most, `${read} of ${most} at most`);
  assert.equal(log.lines.filter(({ event }) => event === 'sip messages of strangers not read').length, 1);
});
