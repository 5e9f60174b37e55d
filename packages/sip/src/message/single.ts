import type { SipMessage } from './message.ts';
import { SipParseError } from './sip-parse-error.ts';

/** The value of a header that may stand in a message once; undefined when it is missing. Throws `SipParseError` when it stands there twice. */
export function singleHeader(message: SipMessage, name: string): string | undefined {
  const value = message.header(name);
  if (value !== undefined && message.values(name).length > 1) throw new SipParseError(name, 'appears more than once');
  return value;
}

/** What a message says that may be left out of account where it cannot be read: undefined then. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined;
    throw thrown;
  }
}

/** Whether a header that is a list of option tags names one, in any case (Supported, Require, Allow ...). */
export function lists(message: SipMessage, name: string, tag: string): boolean {
  return message.values(name).some(value => value.toLowerCase() === tag.toLowerCase());
}
