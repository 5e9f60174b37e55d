import { parseDiversion, type SipRequest } from '@parley/sip';
import { reasonOfWord } from './diversion-reason.ts';
import type { Findings } from './findings.ts';
import { readHeader } from './header-reading.ts';
import { calledOf } from './party-of.ts';

/**
 * Finds the diverting users in Diversion (RFC 5806 section 5: each diversion is added above those before it). The original
 * user is the bottom-most; the others follow, for the case that the first has no mailbox.
 */
export function fromDiversion(request: SipRequest, divertedBy: 'original' | 'last', findings: Findings): void {
  const { values, skipped } = readHeader(request, 'Diversion', parseDiversion);
  findings.skip(skipped);
  const isOriginal = divertedBy === 'original';
  const ordered = isOriginal ? values.toReversed() : values;
  ordered.forEach(({ value, overlooked }, index) => {
    const chosen = isOriginal ? 'bottom-most' : 'topmost';
    const place = isOriginal ? values.length - index : index + 1;
    const which = `${index === 0 ? chosen : place} of ${values.length}`;
    const reason = reasonOfWord(value.reason);
    const details = [`reason ${value.reason === '' ? 'not given' : shownWord(value.reason)}`];
    if (overlooked !== '') details.push(overlooked);
    findings.add({ ...calledOf(value.address.uri), from: 'Diversion', reason }, `Diversion (${which})`, details);
  });
}

/** Reasons are tokens or quoted strings; a stranger's one is shown only as far as it is a plain word. */
function shownWord(word: string): string {
  return /^[a-z0-9-]{1,32}$/.test(word) ? word : 'unknown';
}
