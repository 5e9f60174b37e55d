import { edits } from './edits.ts';

/** How many pairs of neighbouring letters two words share, 0 to 1 (Dice's coefficient). */
function likeness(left: string, right: string): number {
  const pairs = (word: string) =>
    new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2)));
  const a = pairs(left);
  const b = pairs(right);
  const shared = [...a].filter(pair => b.has(pair)).length;
  return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size);
}

/** Slips of the fingers that a word may have and still be meant: one in three letters, at least one. */
const MOST_SLIPS_A_LETTER = 1 / 3;
const LONGEST = 64;

/** How near two words are by the slips between them, 0 to 1; 0 when they are too many to be slips. */
function closeness(left: string, right: string): number {
  const longest = Math.max(left.length, right.length);
  const most = Math.max(1, Math.floor(longest * MOST_SLIPS_A_LETTER));
  // In words of one or two letters any slip makes another word.
  if (longest < 3 || longest > LONGEST || Math.abs(left.length - right.length) > most) return 0;
  const slips = edits(left, right);
  return slips > most ? 0 : 1 - slips / longest;
}

/** Advice after a word that is not known: the known words most like it, or all when they are few. */
export function nearest(word: string, known: readonly string[]): string {
  const wanted = word.slice(0, LONGEST).toLowerCase();
  const scored = known
    .map(each => {
      const name = each.toLowerCase();
      return { each, score: Math.max(likeness(wanted, name), closeness(wanted, name)) };
    })
    .filter(({ score }) => score >= 0.4)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3);
  if (scored.length > 0) return `did you mean ${scored.map(({ each }) => each).join(' or ')}?`;
  return known.length <= 12 ? `it has ${known.join(', ')}` : 'none is spelled like it';
}
