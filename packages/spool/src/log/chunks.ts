/** A piece of the log in memory: records behind one another, kept until they are synced. */
export interface Chunk {
  readonly bytes: Buffer;
  used: number;
  /** Place of its first byte in the log. */
  base: number;
}

/** Chunks that are used over and over, so that a busy log allocates nothing. */
export class ChunkPool {
  readonly #size: number;
  readonly #mostFree: number;
  readonly #free: Chunk[] = [];

  /** @param size bytes a chunk; the first two are made at once. @param mostFree chunks kept when nobody uses them. */
  constructor(size: number, mostFree: number) {
    this.#size = size;
    this.#mostFree = mostFree;
    for (let i = 0; i < 2; i++) this.#free.push(this.#make());
  }

  get(base: number): Chunk {
    const chunk = this.#free.pop() ?? this.#make();
    chunk.used = 0;
    chunk.base = base;
    return chunk;
  }

  giveBack(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) if (this.#free.length < this.#mostFree) this.#free.push(chunk);
  }

  #make(): Chunk {
    return { bytes: Buffer.allocUnsafeSlow(this.#size), used: 0, base: 0 };
  }
}
