import type { SipMessage } from '../message/message.ts';

/** The media type in front of its parameters, in lower case. */
export function mediaTypeOf(value: string): string {
  const end = value.indexOf(';');
  return (end < 0 ? value : value.slice(0, end)).trim().toLowerCase();
}

/** Whether the Accept of a request has room for a type; without Accept it has what the event package says (RFC 6665 section 4.1.2.1). */
export function accepts(request: SipMessage, type: string): boolean {
  const ranges = request.values('accept');
  if (ranges.length === 0) return true;
  const wanted = mediaTypeOf(type);
  const all = `${wanted.slice(0, wanted.indexOf('/'))}/*`;
  return ranges.map(mediaTypeOf).some(range => range === wanted || range === all || range === '*/*');
}
