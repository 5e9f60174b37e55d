import { asBuffer, ParleyError } from '@parley/base';
import type { Spoken } from '../speech.ts';

/** Largest header that a voice may send. */
const LARGEST_HEADER = 16 * 1024;
/** Longest sound in one answer, samples: two minutes at 48 kHz. */
const MOST_SAMPLES = 120 * 48_000;

/**
 * What a voice program sends. The first frame is its greeting; then, for each request and in their order, one answer.
 * On the wire a frame is the length of its header (4 bytes, big-endian), the header as JSON in UTF-8 and, where the header
 * says `samples`, that many 16-bit little-endian samples.
 */
export type VoiceFrame =
  | { readonly kind: 'greeting'; readonly protocol: number; readonly name: string }
  | { readonly kind: 'spoken'; readonly id: number; readonly spoken: Spoken }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

/** A request: the same framing, without samples. */
export function requestFrame(request: {
  readonly id: number;
  readonly text: string;
  readonly language: string;
}): Buffer {
  const json = Buffer.from(JSON.stringify(request), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

/** Cuts a voice program's output into frames. Throws ParleyError `VOICE_PROTOCOL` on anything else, or too much of it. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = 4;

  push(chunk: Uint8Array): readonly VoiceFrame[] {
    this.#chunks.push(asBuffer(chunk));
    this.#length += chunk.length;
    const frames: VoiceFrame[] = [];
    // Joined only when enough is there: a long answer comes in hundreds of chunks.
    while (this.#length >= this.#wanted) {
      const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      const cut = cutFrame(all);
      this.#chunks = [all.subarray(cut.used)];
      this.#length = all.length - cut.used;
      this.#wanted = cut.frame ? 4 : cut.wanted;
      if (cut.frame) frames.push(cut.frame);
    }
    return frames;
  }
}

/** The first frame and the bytes it used, or how many bytes there have to be before it is worth looking again. */
type Cut = { readonly frame?: VoiceFrame; readonly used: number; readonly wanted: number };

function cutFrame(bytes: Buffer): Cut {
  const headerLength = bytes.readUInt32BE(0);
  if (headerLength > LARGEST_HEADER) throw broken(`a header of ${headerLength} bytes`);
  const body = 4 + headerLength;
  if (bytes.length < body) return { used: 0, wanted: body };
  const header = headerOf(bytes.toString('utf8', 4, body));
  const end = body + 2 * (header.samples ?? 0);
  return bytes.length < end
    ? { used: 0, wanted: end }
    : { frame: frameOf(header, bytes.subarray(body, end)), used: end, wanted: 4 };
}

interface Header {
  readonly id?: number;
  readonly rate?: number;
  readonly samples?: number;
  readonly error?: string;
  readonly protocol?: number;
  readonly name?: string;
}

function headerOf(json: string): Header {
  const fields = parsed(json);
  const header = {
    id: whole(fields.get('id')),
    rate: whole(fields.get('rate')),
    samples: whole(fields.get('samples')),
    error: text(fields.get('error')),
    protocol: whole(fields.get('protocol')),
    name: text(fields.get('name')),
  };
  if (header.samples !== undefined && header.samples > MOST_SAMPLES)
    throw broken(`${header.samples} samples in one answer`);
  if (header.rate !== undefined && (header.rate < 8000 || header.rate > 48_000))
    throw broken(`a rate of ${header.rate}`);
  return header;
}

function parsed(json: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null) return new Map(Object.entries(value));
  } catch (error) {
    throw broken('a header that is not JSON', error);
  }
  throw broken('a header that is not an object');
}

function frameOf(header: Header, body: Buffer): VoiceFrame {
  const { id, rate, samples, error, protocol, name } = header;
  if (id !== undefined && error !== undefined) return { kind: 'failed', id, reason: error.slice(0, 500) };
  if (id !== undefined && rate !== undefined && samples !== undefined)
    return { kind: 'spoken', id, spoken: { rate, samples: new Int16Array(Uint8Array.from(body).buffer) } };
  if (protocol !== undefined && name !== undefined) return { kind: 'greeting', protocol, name };
  throw broken('a header that is neither greeting nor answer');
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function broken(what: string, cause?: unknown): ParleyError {
  return new ParleyError('VOICE_PROTOCOL', `the voice program sent ${what}`, { cause });
}
