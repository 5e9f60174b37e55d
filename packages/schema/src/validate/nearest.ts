/** How many pairs of neighbouring letters two words share, 0 to 1 (Dice's coefficient). */
function likeness(left: string, right: string): number {
  const pairs = (word: string) =>
    new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2)));
  const a = pairs(left);
  const b = pairs(right);
  const shared = [...a].filter(pair => b.has(pair)).length;
  return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size);
}

/** Advice after a word that is not known: the known words most like it, or all when they are few. */
export function nearest(word: string, known: readonly string[]): string {
  const wanted = word.slice(0, 64).toLowerCase();
  const scored = known
    .map(each => ({ each, score: likeness(wanted, each.toLowerCase()) }))
    .filter(({ score }) => score >= 0.4)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3);
  if (scored.length > 0) return `did you mean ${scored.map(({ each }) => each).join(' or ')}?`;
  return known.length <= 12 ? `it has ${known.join(', ')}` : 'none is spelled like it';
}
