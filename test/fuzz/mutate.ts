/** Numbers at which lengths and counters go wrong, as text. */
const NUMBERS = [
  '0',
  '-1',
  '1',
  '65535',
  '65536',
  '4294967295',
  '4294967296',
  '2147483648',
  '99999999999999999999',
  '00',
];
const BYTES = [0x00, 0xff, 0x7f, 0x80, 0x0a, 0x0d, 0x20, 0x22, 0x3c, 0x3e, 0x5c, 0x3b, 0x2c, 0x25];

/** What a mutation is drawn from. */
export interface MutationSource {
  /** 0 to 1. */
  readonly random: () => number;
  /** Words of the grammar under test. */
  readonly dictionary: readonly Uint8Array[];
  /** Another input of the corpus. */
  readonly other: () => Uint8Array;
  readonly longest: number;
}

type Mutation = (bytes: Uint8Array, source: MutationSource) => Uint8Array;

const below = (random: () => number, limit: number) => Math.floor(random() * limit);
const pick = <T>(random: () => number, from: readonly T[]): T => from[below(random, from.length)];

function spliced(
  bytes: Uint8Array,
  at: number,
  options: { readonly drop: number; readonly insert: Uint8Array },
): Uint8Array {
  const { drop, insert } = options;
  const result = new Uint8Array(bytes.length - drop + insert.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(bytes.subarray(at + drop), at + insert.length);
  return result;
}

/** A part of the bytes, by its beginning and length. */
function part(bytes: Uint8Array, random: () => number): { at: number; length: number } {
  const at = below(random, bytes.length + 1);
  return { at, length: below(random, Math.min(64, bytes.length - at) + 1) };
}

const changeByte =
  (change: (byte: number, random: () => number) => number): Mutation =>
  (bytes, { random }) => {
    if (bytes.length === 0) return bytes;
    // A copy: `slice` of a Buffer would be the same memory.
    const result = new Uint8Array(bytes);
    const at = below(random, bytes.length);
    result[at] = change(result[at], random);
    return result;
  };

const mutations: readonly Mutation[] = [
  changeByte((byte, random) => byte ^ (1 << below(random, 8))),
  changeByte((_, random) => below(random, 256)),
  changeByte((_, random) => pick(random, BYTES)),
  changeByte((byte, random) => (byte + 1 + below(random, 3)) & 0xff),
  function cutOut(bytes, { random }) {
    const { at, length } = part(bytes, random);
    return spliced(bytes, at, { drop: length, insert: new Uint8Array() });
  },
  function cutOff(bytes, { random }) {
    return bytes.subarray(0, below(random, bytes.length + 1));
  },
  function doublePart(bytes, { random }) {
    const { at, length } = part(bytes, random);
    const times = 1 + below(random, 8);
    const piece = bytes.subarray(at, at + length);
    const insert = new Uint8Array(length * times);
    for (let i = 0; i < times; i++) insert.set(piece, i * length);
    return spliced(bytes, at, { drop: 0, insert });
  },
  function movePart(bytes, { random }) {
    const { at, length } = part(bytes, random);
    const piece = bytes.subarray(at, at + length);
    const rest = spliced(bytes, at, { drop: length, insert: new Uint8Array() });
    return spliced(rest, below(random, rest.length + 1), { drop: 0, insert: piece });
  },
  function insertBytes(bytes, { random }) {
    const insert = Uint8Array.from({ length: 1 + below(random, 4) }, () => below(random, 256));
    return spliced(bytes, below(random, bytes.length + 1), { drop: 0, insert });
  },
  function insertWord(bytes, { random, dictionary }) {
    if (dictionary.length === 0) return bytes;
    return spliced(bytes, below(random, bytes.length + 1), { drop: 0, insert: pick(random, dictionary) });
  },
  function replaceByWord(bytes, { random, dictionary }) {
    if (dictionary.length === 0) return bytes;
    const { at, length } = part(bytes, random);
    return spliced(bytes, at, { drop: length, insert: pick(random, dictionary) });
  },
  function changeNumber(bytes, { random }) {
    const digits = [...bytes.keys()].filter(i => bytes[i] >= 0x30 && bytes[i] <= 0x39);
    if (digits.length === 0) return bytes;
    const at = pick(random, digits);
    let end = at;
    while (end < bytes.length && bytes[end] >= 0x30 && bytes[end] <= 0x39) end++;
    return spliced(bytes, at, { drop: end - at, insert: Buffer.from(pick(random, NUMBERS)) });
  },
  function crossOver(bytes, { random, other }) {
    const partner = other();
    const head = bytes.subarray(0, below(random, bytes.length + 1));
    return Buffer.concat([head, partner.subarray(below(random, partner.length + 1))]);
  },
];

/** A few random changes to an input; at most `longest` octets. */
export function mutated(bytes: Uint8Array, source: MutationSource): Uint8Array {
  let result = bytes;
  // Mostly one change, seldom many.
  const times = 1 + Math.floor(-Math.log2(1 - source.random() * 0.98));
  for (let i = 0; i < times; i++) result = pick(source.random, mutations)(result, source).subarray(0, source.longest);
  return result;
}
