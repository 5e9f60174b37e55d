/** Longest name that is looked at, characters. */
const LONGEST = 1024;

/** Parts of a distinguished name (RFC 4514 2.1), the most particular first, in one spelling: lower case, no blanks around the parts. */
function partsOf(name: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < name.length; at++) {
    const character = name[at];
    if (character === '\\' && at + 1 < name.length) {
      const hex = name.slice(at + 1, at + 3);
      // RFC 4514 3: a pair is the character itself or two hexadecimal digits; both spellings of one character are equal.
      const isHex = /^[0-9a-f]{2}$/i.test(hex);
      part += `\\${isHex ? String.fromCharCode(Number.parseInt(hex, 16)) : name[at + 1]}`;
      at += isHex ? 2 : 1;
    } else if (character === ',') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].map(each => {
    const [type, ...value] = each.toLowerCase().split('=');
    return [type.trim(), value.join('=').trim()].join('=');
  });
}

/** Whether a folder is another one or lies in it: "OU=Sales,OU=Paris,DC=x" in "ou=Paris, dc=x". Names that are too long lie nowhere. */
export function liesIn(name: string, folder: string): boolean {
  if (name.length > LONGEST || folder.length > LONGEST) return false;
  const inner = partsOf(name);
  const outer = partsOf(folder);
  const skipped = inner.length - outer.length;
  return skipped >= 0 && outer.every((part, i) => part !== '=' && part === inner[skipped + i]);
}
