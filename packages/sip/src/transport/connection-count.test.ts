import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionCount, type ConnectionRoom } from './connection-count.ts';

const peer = (address: string) => ({ transport: 'tls', address, port: 5061 }) as const;

/** Connections of strangers, of which three quarters of `connections` find room at once; what was closed for others, in order. */
function counted(connections: number) {
  const count = new ConnectionCount({ connections, connectionsPerSource: 100, unlimited: () => false });
  const closed: string[] = [];
  const open = (address: string, name = address): ConnectionRoom | undefined => {
    const room = count.take(peer(address), () => {
      closed.push(name);
      room?.leave();
    });
    return room;
  };
  return { count, closed, open };
}

test('who has most connections makes room, his oldest first: who has one keeps it in a flood of others, until his handshake is over', () => {
  const { count, closed, open } = counted(40);
  const gateway = open('10.0.0.1', 'gateway');
  // Twenty addresses that come again and again, each with several at once.
  for (let n = 0; n < 1000; n++) assert.ok(open(`10.9.0.${n % 20}`, `${n}`));
  assert.ok(!closed.includes('gateway'), 'the one who came first and has one only');
  assert.equal(closed.length, 1001 - 30);
  for (let source = 0; source < 20; source++) {
    const theirs = closed.map(Number).filter(n => n % 20 === source);
    assert.ok(theirs.length >= 45, 'each of the others makes room, not one for all');
    assert.deepEqual(
      theirs,
      theirs.toSorted((a, b) => a - b),
    );
  }
  gateway?.keep();
  assert.equal(count.size, 30);
});

test('where nobody has more than one, the oldest makes room', () => {
  const { closed, open } = counted(4);
  for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']) open(address);
  assert.deepEqual(closed, ['10.0.0.1', '10.0.0.2']);
});

test('who was let in, and who has left, make no room', () => {
  const { count, closed, open } = counted(4);
  open('10.0.0.1')?.keep();
  open('10.0.0.2')?.leave();
  open('10.0.0.3')?.keep();
  open('10.0.0.3');
  open('10.0.0.4');
  assert.deepEqual(closed, ['10.0.0.3']);
  open('10.0.0.5')?.keep();
  assert.equal(open('10.0.0.6'), undefined);
  assert.equal(count.size, 3);
});
