import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { codeOf } from '@parley/base';
import type { PacketSocket } from '../src/engine/packet-socket.ts';
import { ALL_SOCKETS, SocketsLab, type SocketsUnderTest, SYSTEM_SOCKETS } from './sockets-lab.ts';

const ADDRESS = '127.0.0.1';
let nextHundred = 33_000;

function lab(t: TestContext, { make }: SocketsUnderTest): SocketsLab {
  nextHundred += 100;
  const made = new SocketsLab(make(), nextHundred);
  t.after(() => made.close());
  return made;
}

for (const each of ALL_SOCKETS) {
  const named = (what: string) => `${each.name}: ${what}`;
  const { skip } = each;

  test(named('a port that is taken is refused with its code, and is free again after close'), { skip }, async t => {
    const sockets = lab(t, each);
    const first = await sockets.bind(ADDRESS);
    await assert.rejects(sockets.bind(ADDRESS, first.at.port), error => codeOf(error) === 'EADDRINUSE');
    first.socket.close();
    first.socket.close();
    const again = await sockets.bind(ADDRESS, first.at.port);
    assert.equal(again.at.port, first.at.port);
  });

  test(named('what is sent arrives with its sender, cut to its length, in order'), { skip }, async t => {
    const sockets = lab(t, each);
    const [from, to] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS)];
    for (const first of [1, 2, 3]) from.socket.send(Uint8Array.of(first, 2, 3, 4), first, to.at);
    from.socket.send(new Uint8Array(0), 0, to.at);
    await sockets.until(() => to.seen.length === 4);
    assert.deepEqual(
      to.seen.map(({ bytes }) => bytes),
      [[1], [2, 2], [3, 2, 3], []],
    );
    for (const { address, port } of to.seen) assert.deepEqual({ address, port }, from.at);
    assert.equal(from.socket.failures, 0);
  });

  test(named('one that is closed neither sends nor hears, and a successor gets none of its packets'), {
    skip,
  }, async t => {
    const sockets = lab(t, each);
    const [from, to] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS)];
    from.socket.send(Uint8Array.of(1), 1, to.at);
    await sockets.until(() => to.seen.length === 1);
    to.socket.close();
    const successor = await sockets.bind(ADDRESS);
    const other = await sockets.bind(ADDRESS);
    to.socket.send(Uint8Array.of(2), 1, successor.at);
    from.socket.send(Uint8Array.of(3), 1, to.at);
    other.socket.send(Uint8Array.of(4), 1, successor.at);
    await sockets.until(() => successor.seen.length === 1);
    assert.deepEqual(successor.seen[0], { bytes: [4], ...other.at });
    assert.equal(to.seen.length, 1);
  });

  test(named('what was sent before the close goes out'), { skip }, async t => {
    const sockets = lab(t, each);
    const [from, to] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS)];
    // node:dgram sends in the same turn; the others are made to.
    from.socket.send(Uint8Array.of(7), 1, to.at);
    if (each.name === 'node:dgram') await sockets.until(() => to.seen.length === 1);
    from.socket.close();
    await sockets.until(() => to.seen.length === 1);
  });

  test(named('a receiver may answer, and may close its own and other sockets'), { skip }, async t => {
    const sockets = lab(t, each);
    const [phone, witness] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS)];
    const heard: number[] = [];
    const bound: PacketSocket[] = [];
    const answering = (own: number) => ({
      packet(bytes: Uint8Array) {
        heard.push(bytes[0]);
        bound[own].send(Uint8Array.of(bytes[0] + 1), 1, phone.at);
        if (bytes[0] === 9) for (const socket of bound) socket.close();
      },
    });
    const at = [0, 1].map(() => ({ address: ADDRESS, port: sockets.nextPort() }));
    for (const own of [0, 1]) bound.push(await sockets.sockets.bind(at[own], answering(own)));
    // The second socket's packets lie ready when the first one closes both.
    for (const value of [5, 9, 21]) phone.socket.send(Uint8Array.of(value), 1, at[0]);
    for (const value of [9, 31]) phone.socket.send(Uint8Array.of(value), 1, at[1]);
    phone.socket.send(Uint8Array.of(1), 1, witness.at);
    await sockets.until(() => witness.seen.length === 1);
    assert.equal(heard.at(-1), 9, `closed is closed, even with packets that came along: ${heard}`);
    if (each.name !== 'node:dgram') await sockets.until(() => phone.seen.some(({ bytes }) => bytes[0] === 10));
  });
}

for (const each of SYSTEM_SOCKETS) {
  const named = (what: string) => `${each.name}: ${what}`;
  const { skip } = each;

  test(named('when a datagram came is told, however late it is read'), { skip }, async t => {
    const [phones, sockets] = [lab(t, each), lab(t, each)];
    const phone = await phones.bind(ADDRESS);
    const [read, drained] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS)];
    const before = performance.now();
    for (const to of [read, drained]) phone.socket.send(Uint8Array.of(1), 1, to.at);
    phones.sockets.exchange?.();
    const after = performance.now();
    if (each.kind !== 'dgram') await setTimeout(60);
    drained.socket.drain?.();
    await sockets.until(() => read.seen.length + drained.seen.length === 2);
    assert.deepEqual([read.arrived.length, drained.arrived.length], [1, 1]);
    for (const at of [...read.arrived, ...drained.arrived]) {
      if (each.kind === 'dgram') assert.ok(Number.isNaN(at), 'which Node does not tell');
      else assert.ok(at > before - 1 && at < after + 1, `${at} is not between ${before} and ${after}`);
    }
  });

  test(named('an address that is not ours is refused'), { skip }, async t => {
    const sockets = lab(t, each);
    await assert.rejects(sockets.bind('192.0.2.1', 33_902), error => codeOf(error) === 'EADDRNOTAVAIL');
  });

  test(named('a send that fails is counted and hurts nobody'), { skip }, async t => {
    const sockets = lab(t, each);
    const [from, to] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS)];
    // A broadcast without the right to it.
    from.socket.send(Uint8Array.of(9), 1, { address: '255.255.255.255', port: 9 });
    from.socket.send(Uint8Array.of(1), 1, to.at);
    await sockets.until(() => to.seen.length === 1 && from.socket.failures > 0);
  });

  test(named('IPv6, and IPv4 on a socket of both, in the text of RFC 5952'), { skip }, async t => {
    const sockets = lab(t, each);
    const [v4, v6] = [await sockets.bind(ADDRESS), await sockets.bind('::1')];
    const both = await sockets.bind('::');
    v6.socket.send(Uint8Array.of(6), 1, { address: '::1', port: both.at.port });
    await sockets.until(() => both.seen.length === 1);
    v4.socket.send(Uint8Array.of(4), 1, { address: ADDRESS, port: both.at.port });
    await sockets.until(() => both.seen.length === 2);
    assert.deepEqual(both.seen, [
      { bytes: [6], ...v6.at },
      { bytes: [4], address: '::ffff:127.0.0.1', port: v4.at.port },
    ]);
    both.socket.send(Uint8Array.of(1), 1, { address: '::ffff:127.0.0.1', port: v4.at.port });
    await sockets.until(() => v4.seen.length === 1);
  });

  test(named('senders in turns are told apart, and a socket sends to several'), { skip }, async t => {
    const sockets = lab(t, each);
    const [to, a, b] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS), await sockets.bind('127.0.0.2')];
    const order = [a, b, b, a, b, a];
    for (const [i, from] of order.entries()) from.socket.send(Uint8Array.of(i), 1, to.at);
    await sockets.until(() => to.seen.length === order.length);
    for (const { bytes, address, port } of to.seen) assert.deepEqual({ address, port }, order[bytes[0]].at);
    for (const from of order) to.socket.send(Uint8Array.of(1), 1, from.at);
    await sockets.until(() => a.seen.length === 3 && b.seen.length === 3);
  });

  test(named('a burst larger than any buffer of ours arrives whole'), { skip }, async t => {
    const sockets = lab(t, each);
    // 20 sockets with 150 datagrams each wait in the kernel before the first look.
    const from = await sockets.bind(ADDRESS);
    const targets = await Promise.all(Array.from({ length: 20 }, () => sockets.bind(ADDRESS)));
    for (let i = 0; i < 150; i++) {
      const bytes = new Uint8Array(172).fill(i);
      for (const { at } of targets) from.socket.send(bytes, bytes.length, at);
      if (each.name === 'node:dgram') await sockets.until(() => targets[19].seen.length === i + 1);
    }
    await sockets.until(() => targets.every(({ seen }) => seen.length === 150));
    for (const { seen } of targets)
      for (const [i, { bytes }] of seen.entries()) assert.ok(bytes.length === 172 && bytes.every(byte => byte === i));
    assert.equal(from.socket.failures, 0);
  });
}

for (const each of SYSTEM_SOCKETS.filter(({ name }) => name !== 'node:dgram')) {
  const { skip } = each;

  test(`${each.name}: a datagram that is too long is counted, not cut`, { skip }, async t => {
    const sockets = lab(t, each);
    const [from, to] = [await sockets.bind(ADDRESS), await sockets.bind(ADDRESS)];
    const raw = lab(t, SYSTEM_SOCKETS[0]);
    const dgram = await raw.bind(ADDRESS);
    dgram.socket.send(new Uint8Array(4000), 4000, to.at);
    await sockets.until(() => to.socket.failures === 1);
    from.socket.send(new Uint8Array(4000), 4000, to.at);
    assert.equal(from.socket.failures, 1);
    from.socket.send(Uint8Array.of(1), 1, to.at);
    await sockets.until(() => to.seen.length === 1);
    assert.deepEqual(to.seen[0].bytes, [1]);
  });

  test(`${each.name}: 200 times bound and closed leaves no descriptor behind`, { skip }, async t => {
    const sockets = lab(t, each);
    const count = () => readdirSync('/proc/self/fd').length;
    const first = await sockets.bind(ADDRESS);
    sockets.sockets.exchange?.();
    const before = count();
    for (let i = 0; i < 200; i++) {
      const { socket } = await sockets.bind(ADDRESS, first.at.port + 50);
      if (i % 2 === 0) sockets.sockets.exchange?.();
      socket.close();
    }
    assert.equal(count(), before);
  });
}

for (const each of SYSTEM_SOCKETS.filter(({ name }) => name !== 'node:dgram')) {
  const { skip } = each;

  test(`${each.name}: a socket that is drained hands out what has come, in its order, and goes on receiving`, {
    skip,
  }, async t => {
    const sockets = lab(t, each);
    const to = await sockets.bind(ADDRESS);
    const dgram = lab(t, SYSTEM_SOCKETS[0]);
    const from = await dgram.bind(ADDRESS);
    const echo = await dgram.bind(ADDRESS);
    /** Loopback keeps the order: what came here after it came there. */
    const send = async (first: number, count: number) => {
      for (let i = 0; i < count; i++) from.socket.send(Uint8Array.of(first + i), 1, to.at);
      const before = echo.seen.length;
      from.socket.send(Uint8Array.of(0), 1, echo.at);
      await dgram.until(() => echo.seen.length === before + 1);
    };
    sockets.sockets.exchange?.();
    const other = await sockets.bind(ADDRESS);
    await send(1, 3);
    // With this the kernel hands out the three, and nobody has looked at them yet.
    other.socket.close();
    await send(4, 40);
    to.socket.drain?.();
    assert.deepEqual(
      to.seen.map(({ bytes }) => bytes[0]),
      Array.from({ length: 43 }, (_, i) => i + 1),
    );
    assert.deepEqual(to.seen.at(-1)?.port, from.at.port);
    await send(44, 2);
    await sockets.until(() => to.seen.length === 45);
    to.socket.close();
    to.socket.drain?.();
    assert.equal(to.seen.length, 45);
  });

  test(`${each.name}: of a thousand sockets each has its turn within 25 exchanges`, { skip }, async t => {
    const sockets = lab(t, each);
    const dgram = lab(t, SYSTEM_SOCKETS[0]);
    const from = await dgram.bind(ADDRESS);
    const echo = await dgram.bind(ADDRESS);
    const targets: Awaited<ReturnType<typeof sockets.bind>>[] = [];
    for (let i = 0; i < 1000; i++) targets.push(await sockets.bind(ADDRESS));
    for (let i = 0; i < 50; i++) sockets.sockets.exchange?.();
    for (const { at } of targets) from.socket.send(Uint8Array.of(1), 1, at);
    from.socket.send(Uint8Array.of(0), 1, echo.at);
    await dgram.until(() => echo.seen.length === 1);
    for (let i = 0; i < 25; i++) sockets.sockets.exchange?.();
    assert.equal(targets.filter(({ seen }) => seen.length === 1).length, 1000);
  });
}
