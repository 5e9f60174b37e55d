import { headerOf } from './memory-network.ts';

/** The answer to a request that a user agent sent, by hand. */
export function answerTo(request: string, status: number, extra: readonly string[] = []): string {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(request, name)}`);
  return `${[`SIP/2.0 ${status} Whatever`, ...copied, ...extra, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`;
}

export const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);

/** Event, Subscription-State and body of the NOTIFYs among messages. */
export const notifies = (texts: readonly string[]): readonly (readonly (string | undefined)[])[] =>
  texts
    .filter(text => text.startsWith('NOTIFY '))
    .map(text => [headerOf(text, 'Event'), headerOf(text, 'Subscription-State'), bodyOf(text)]);
