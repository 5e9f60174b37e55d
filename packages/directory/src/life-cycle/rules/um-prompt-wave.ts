import { LARGEST_PROMPT } from '@parley/schema';

const LINEAR_PCM = 1;
const BITS = 16;
/** Rates that can be played without a filter of our own, samples a second. */
const RATES: readonly number[] = [8000, 16_000];
const MOST_CHUNKS = 64;

interface Chunk {
  readonly name: string;
  readonly at: number;
  readonly length: number;
}

/** The chunks of a RIFF file, a bounded number; one that goes over the end is cut there. */
function chunksOf(file: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  let at = 12;
  while (at + 8 <= file.length && chunks.length < MOST_CHUNKS) {
    const length = Math.min(file.readUInt32LE(at + 4), file.length - at - 8);
    chunks.push({ name: file.toString('latin1', at, at + 4), at: at + 8, length });
    // Chunks begin at even octets.
    at += 8 + length + (length & 1);
  }
  return chunks;
}

/** What is wrong with the bytes of a prompt; undefined when they are a WAV file with linear PCM, 16 bit, one channel. */
export function waveProblem(file: Buffer): string | undefined {
  if (file.length > LARGEST_PROMPT) return `it has ${file.length} bytes, and ${LARGEST_PROMPT} is the most`;
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') return 'it is no WAV file';
  const chunks = chunksOf(file);
  const format = chunks.find(({ name }) => name === 'fmt ');
  const data = chunks.find(({ name }) => name === 'data');
  if (!format || format.length < 16 || !data) return 'the WAV file has no format or no sound';
  const { at } = format;
  const [kind, channels, rate, bits] = [
    file.readUInt16LE(at),
    file.readUInt16LE(at + 2),
    file.readUInt32LE(at + 4),
    file.readUInt16LE(at + 14),
  ];
  if (kind === LINEAR_PCM && channels === 1 && bits === BITS && RATES.includes(rate)) return undefined;
  return `it must be linear PCM, ${BITS} bit, ${RATES.join(' or ')} Hz, one channel (it has format ${kind}, ${bits} bit, ${rate} Hz, ${channels} channels)`;
}
