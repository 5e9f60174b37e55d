/**
 * A voice program for the tests: 100 ms of a tone a word. Words it obeys: "die" ends it, "hang" keeps it silent, "babble" makes
 * it write nonsense, "once:FILE" ends it when FILE is not there and makes FILE.
 */
import { existsSync, writeFileSync } from 'node:fs';

const RATE = 16_000;

function send(header: object, samples = new Int16Array(0)): void {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  process.stdout.write(Buffer.concat([length, json, Buffer.from(samples.buffer)]));
}

function obey(text: string): boolean {
  const once = /once:(\S+)/.exec(text);
  if (text.includes('hang')) return false;
  if (text.includes('babble')) {
    process.stdout.write('Segmentation fault\n');
    return false;
  }
  if (!text.includes('die') && (!once || existsSync(once[1]))) return true;
  if (once) writeFileSync(once[1], '');
  process.stderr.write('out of words');
  process.exit(3);
}

send({ protocol: 1, name: 'test' });
let pending = Buffer.alloc(0);
process.stdin.on('data', (chunk: Buffer) => {
  pending = Buffer.concat([pending, chunk]);
  while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
    const end = 4 + pending.readUInt32BE(0);
    const { id, text } = JSON.parse(pending.toString('utf8', 4, end));
    pending = pending.subarray(end);
    if (!obey(text)) return;
    const samples = new Int16Array((text.length * RATE) / 16).map((_, i) => 6000 * Math.sin(i / 4));
    send({ id, rate: RATE, samples: samples.length }, samples);
  }
});
process.stdin.on('end', () => process.exit(0));
