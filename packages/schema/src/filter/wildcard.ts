/**
 * Whether texts fit a pattern in which `*` stands for any text and `?` for one character; nothing else is special. Case is the
 * caller's business. The work is at most the length of the text times that of the longest run between two stars: no pattern makes it
 * explode, as a backtracking expression would.
 */
export function likeness(pattern: string): (text: string) => boolean {
  const pieces = pattern.split('*');
  const [first = ''] = pieces;
  if (pieces.length === 1) return text => text.length === first.length && isAt(text, first, 0);
  const last = pieces[pieces.length - 1] ?? '';
  // Runs of stars are one star.
  const middle = pieces.slice(1, -1).filter(piece => piece !== '');
  return text => {
    const end = text.length - last.length;
    if (end < first.length || !isAt(text, first, 0) || !isAt(text, last, end)) return false;
    let from = first.length;
    // The leftmost place for each piece leaves the most room for the next.
    for (const piece of middle) {
      const found = placeOf(piece, text, { from, end });
      if (found < 0) return false;
      from = found + piece.length;
    }
    return true;
  };
}

function isAt(text: string, piece: string, at: number): boolean {
  if (!piece.includes('?')) return text.startsWith(piece, at);
  for (let i = 0; i < piece.length; i++) if (piece[i] !== '?' && piece[i] !== text[at + i]) return false;
  return true;
}

function placeOf(piece: string, text: string, { from, end }: { from: number; end: number }): number {
  if (!piece.includes('?')) {
    const found = text.indexOf(piece, from);
    return found >= 0 && found + piece.length <= end ? found : -1;
  }
  for (let at = from; at + piece.length <= end; at++) if (isAt(text, piece, at)) return at;
  return -1;
}
