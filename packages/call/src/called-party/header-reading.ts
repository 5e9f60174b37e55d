import { plainText } from '@parley/base';
import { SipParseError, type SipRequest } from '@parley/sip';

/** A header value that was understood. */
export interface Reading<T> {
  readonly value: T;
  /** What had to be overlooked to understand it; '' when nothing. */
  readonly overlooked: string;
}

/** A header value that was not. */
export interface Skipped {
  readonly header: string;
  readonly problem: string;
}

/** The values of a header that could be read, in order, and those that could not. */
export interface HeaderReading<T> {
  readonly values: readonly Reading<T>[];
  readonly skipped: readonly Skipped[];
}

/**
 * Reads every value of a header, each on its own: one that cannot be read must not cost the others, nor the call.
 * Of a malformed name-addr the part from its last "<" on is tried: names with quotation marks that nobody escaped are common.
 */
export function readHeader<T>(request: SipRequest, header: string, parse: (text: string) => T): HeaderReading<T> {
  const values: Reading<T>[] = [];
  const skipped: Skipped[] = [];
  const texts = attempt(() => request.values(header));
  if ('problem' in texts) return { values, skipped: [{ header, problem: texts.problem }] };
  for (const text of texts.value) {
    const reading = readValue(text, parse);
    if ('problem' in reading) skipped.push({ header, problem: reading.problem });
    else values.push(reading);
  }
  return { values, skipped };
}

/** One value that may be malformed. */
function readValue<T>(text: string, parse: (text: string) => T): Reading<T> | { readonly problem: string } {
  const whole = attempt(() => parse(text));
  if (!('problem' in whole)) return { ...whole, overlooked: '' };
  for (const part of uriParts(text)) {
    const rest = attempt(() => parse(part));
    if (!('problem' in rest))
      return { ...rest, overlooked: `malformed (${whole.problem}), taken from its angle brackets` };
  }
  return whole;
}

/** What to try of a malformed name-addr: with a clean name; without what is embedded after "?"; the brackets alone. */
function uriParts(text: string): string[] {
  const open = text.lastIndexOf('<');
  const close = text.indexOf('>', open);
  if (open < 0 || close < 0) return [];
  const name = plainText(text.slice(0, open).replaceAll(/["\\]/g, ''));
  const uri = text.slice(open, close);
  const after = text.slice(close);
  return [`"${name}" ${uri}${after}`, `"${name}" ${uri.split('?', 1)[0]}${after}`, `${uri}>`];
}

function attempt<T>(run: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: run() };
  } catch (thrown) {
    if (thrown instanceof SipParseError) return { problem: thrown.message };
    throw thrown;
  }
}
