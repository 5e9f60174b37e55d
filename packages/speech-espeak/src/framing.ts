// SPDX-License-Identifier: GPL-3.0-or-later

/** Largest request: a text of 4,000 characters and the names around it. */
const LARGEST_REQUEST = 64 * 1024;

/** What is asked for. */
export interface Request {
  readonly id: number;
  readonly text: string;
  /** BCP 47. */
  readonly language: string;
}

/** Cuts what comes in into requests. Throws on anything that is not one: whoever writes it is not our peer. */
export class RequestReader {
  #pending = Buffer.alloc(0);

  push(chunk: Buffer): readonly Request[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const requests: Request[] = [];
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUInt32BE(0);
      if (length > LARGEST_REQUEST)
        throw new Error(`a request of ${length} bytes; at most ${LARGEST_REQUEST} are allowed`);
      if (this.#pending.length < 4 + length) break;
      requests.push(requestOf(JSON.parse(this.#pending.toString('utf8', 4, 4 + length))));
      this.#pending = this.#pending.subarray(4 + length);
    }
    return requests;
  }
}

function requestOf(value: unknown): Request {
  if (typeof value === 'object' && value !== null && 'id' in value && 'text' in value && 'language' in value) {
    const { id, text, language } = value;
    if (typeof id === 'number' && typeof text === 'string' && typeof language === 'string')
      return { id, text, language };
  }
  throw new Error('a request without id, text and language');
}

/** A frame: the length of the header (4 bytes, big-endian), the header as JSON, and the samples that it announces. */
export function frame(
  header: Readonly<Record<string, string | number>>,
  samples: Int16Array = new Int16Array(0),
): Buffer {
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}
