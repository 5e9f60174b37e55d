import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS_WORDS, writeAddress } from './socket-address.ts';
import { Source } from './source.ts';

const words = new Uint32Array(ADDRESS_WORDS);

function seen(source: Source, address: string, port: number): string {
  writeAddress({ address, port }, words);
  source.read(words, 0, 0);
  return `${source.address} ${source.port}`;
}

test('one source after the other, each as it is; neighbours in any one number are told apart', () => {
  const places: [string, number][] = [['192.0.2.1', 4000]];
  for (const address of ['192.0.2.1', '192.0.2.2', '0.0.2.1', '2001:db8::1', '2001:db9::1', '2001:db8:0:1::1'])
    for (const port of [4000, 4001, 0]) places.push([address, port]);
  for (const address of ['2001:db8::1', '2001:db8::1:0:0', '2001:db8::2', '::', '::ffff:192.0.2.1', '0.0.0.0'])
    places.push([address, 0]);
  const source = new Source();
  for (const [address, port] of places)
    for (const [other, otherPort] of places) {
      assert.equal(seen(source, address, port), `${address} ${port}`);
      assert.equal(seen(source, other, otherPort), `${other} ${otherPort}`);
    }
});

test('no text is made for a packet from where the last one came from', () => {
  const source = new Source();
  for (const address of ['192.0.2.1', '2001:db8::1']) {
    seen(source, address, 4000);
    source.address = 'as it was';
    assert.equal(seen(source, address, 4000), 'as it was 4000');
  }
});
