import { asBuffer } from '@parley/base';
import { parseParameters, SipParseError } from '../message/index.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { accept } from './core.ts';
import { partsOf } from './multipart.ts';
import type { Body, Refusal } from './user-agent.ts';

const SDP = 'application/sdp';

/** The session description in a message: none, one, or a body that we cannot take (RFC 3261 8.2.3). */
export type SessionBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'sdp'; readonly body: Body }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const NONE: SessionBody = { kind: 'none' };

/** What describes a body or a part of one. */
interface Description {
  readonly type: string | undefined;
  readonly disposition: string | undefined;
  readonly encoding: string | undefined;
  readonly content: Uint8Array;
}

/** Looks at the body of an INVITE, its answer or its ACK. */
export function sessionBody(message: SipRequest | SipResponse): SessionBody {
  if (message.body.length === 0) return NONE;
  try {
    return described(message);
  } catch (thrown) {
    if (thrown instanceof SipParseError)
      return { kind: 'refused', refusal: { status: thrown.status, reason: thrown.message } };
    throw thrown;
  }
}

function described(message: SipRequest | SipResponse): SessionBody {
  const whole: Description = {
    type: message.header('content-type'),
    disposition: message.header('content-disposition'),
    encoding: message.header('content-encoding'),
    content: message.body,
  };
  return mediaType(whole.type) === 'multipart/mixed' ? insideMultipart(whole) : single(whole);
}

/** The body to hand on; undefined when there is none that we understand. */
export function sdpOf(message: SipRequest | SipResponse): Body | undefined {
  const found = sessionBody(message);
  return found.kind === 'sdp' ? found.body : undefined;
}

function single(body: Description): SessionBody {
  const disposition = mediaType(body.disposition) || 'session';
  const understood = mediaType(body.type) === SDP && disposition === 'session' && isPlain(body.encoding);
  if (understood) return { kind: 'sdp', body: { type: SDP, content: body.content } };
  // RFC 3261 20.11: what is marked as optional may be ignored, everything else must be understood.
  const handling = parameter(body.disposition, 'handling');
  if (handling === 'optional') return NONE;
  const headers = isPlain(body.encoding) ? [accept] : [accept, ['Accept-Encoding', 'identity'] as const];
  return { kind: 'refused', refusal: { status: 415, headers } };
}

/** RFC 5621: every part must be understood or optional; at most one of them describes the session. */
function insideMultipart(whole: Description): SessionBody {
  const parts = isPlain(whole.encoding)
    ? partsOf(asBuffer(whole.content), parameter(whole.type, 'boundary'))
    : undefined;
  if (!parts) return { kind: 'refused', refusal: { status: 415, headers: [accept] } };
  let found: SessionBody = NONE;
  for (const part of parts) {
    const one = single({
      type: part.headers.get('content-type'),
      disposition: part.headers.get('content-disposition'),
      encoding: part.headers.get('content-encoding'),
      content: part.content,
    });
    if (one.kind === 'refused') return one;
    if (found.kind === 'none') found = one;
  }
  return found;
}

const isPlain = (encoding: string | undefined): boolean =>
  encoding === undefined || encoding.trim().toLowerCase() === 'identity';

/** The value in front of the parameters, in lower case; '' when there is none. */
function mediaType(value: string | undefined): string {
  if (value === undefined) return '';
  const end = value.indexOf(';');
  return (end < 0 ? value : value.slice(0, end)).trim().toLowerCase();
}

function parameter(value: string | undefined, name: string): string | undefined {
  const from = value?.indexOf(';') ?? -1;
  return value === undefined || from < 0 ? undefined : parseParameters(value.slice(from)).get(name);
}
