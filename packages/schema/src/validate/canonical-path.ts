/** Longest path that is read, characters; parts at most. */
const LONGEST = 1024;
const MOST_PARTS = 64;

/**
 * The distinguished name of what directories also write as a path (the canonicalName of Active Directory):
 * `ou=Finance,ou=North America,dc=example,dc=org` for `example.org/North America/Finance`. Undefined for what is no such path; a `/` in a
 * name has a `\` in front.
 */
export function distinguishedNameOf(path: string): string | undefined {
  if (path.length > LONGEST || !path.includes('/') || path.includes('=') || path.includes(',')) return undefined;
  const [domain, ...units] = partsOf(path.endsWith('/') ? path.slice(0, -1) : path);
  const labels = domain.split('.');
  if (units.length + labels.length > MOST_PARTS || [...labels, ...units].some(part => part.trim() === ''))
    return undefined;
  return [...units.reverse().map(unit => `ou=${unit}`), ...labels.map(label => `dc=${label}`)].join(',');
}

/** The parts between the `/`. */
function partsOf(path: string): string[] {
  const parts = [''];
  for (let at = 0; at < path.length; at++) {
    const isEscape = path[at] === '\\' && at + 1 < path.length;
    if (path[at] === '/') parts.push('');
    else parts.push(parts.pop() + path[isEscape ? ++at : at]);
  }
  return parts;
}
