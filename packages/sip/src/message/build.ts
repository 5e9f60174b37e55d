import { BuiltFields } from './fields.ts';
import {
  CALL_ID,
  CONTENT_LENGTH,
  CSEQ,
  FROM,
  headerId,
  headerName,
  RECORD_ROUTE,
  TIMESTAMP,
  TO,
  VIA,
} from './header-names.ts';
import type { RawHeader, SipRequest, SipResponse } from './message.ts';
import { parseNameAddress } from './name-address.ts';
import { reasonPhrase } from './print.ts';
import { standardReason } from './reasons.ts';
import { SipParseError } from './sip-parse-error.ts';
import { TypedRequest, TypedResponse } from './typed-message.ts';

const EMPTY = Buffer.alloc(0);

/** A request to build. */
export interface RequestParts {
  readonly method: string;
  readonly uri: string;
  /** In the order in which they are to travel; Content-Length is added. */
  readonly headers: readonly RawHeader[];
  readonly body?: Uint8Array;
}

/** Makes a request. Names and values are checked when it is printed (`printMessage`), and the body is not copied. */
export function buildRequest(parts: RequestParts): SipRequest {
  const body = parts.body ?? EMPTY;
  return new TypedRequest(parts.method, parts.uri, { fields: withLength(parts.headers, body), body });
}

/** A response to build. */
export interface ResponseParts {
  readonly status: number;
  /** The standard phrase when left out. Characters that a phrase may not have become blanks. */
  readonly reason?: string;
  /** Added to To when it has no tag (never for 100). */
  readonly toTag?: string;
  /** Beyond those that are copied from the request. */
  readonly headers?: readonly RawHeader[];
  readonly body?: Uint8Array;
}

/**
 * Makes the response to a request (RFC 3261 section 8.2.6): Via, From, To, Call-ID and CSeq are copied as they came, whether
 * or not they could be parsed; Record-Route too for 101 to 299 (section 12.1.1), Timestamp for 100.
 */
export function buildResponse(request: SipRequest, parts: ResponseParts): SipResponse {
  const { status } = parts;
  const headers: RawHeader[] = [];
  for (const [name, value] of request.headers) {
    const id = headerId(name);
    if (id === TO) headers.push([headerName(id), status === 100 ? value : withTag(value, parts.toTag)]);
    else if (isCopied(id, status)) headers.push([headerName(id), value]);
  }
  if (parts.headers !== undefined) headers.push(...parts.headers);
  const body = parts.body ?? EMPTY;
  const reason = parts.reason === undefined ? standardReason(status) : reasonPhrase(parts.reason);
  return new TypedResponse(status, reason, { fields: withLength(headers, body), body });
}

function isCopied(id: number, status: number): boolean {
  if (id === RECORD_ROUTE) return status > 100 && status < 300;
  if (id === TIMESTAMP) return status === 100;
  return id === VIA || id === FROM || id === CALL_ID || id === CSEQ;
}

/** To with our tag; as it is when it has one already, or cannot be read. */
function withTag(to: string, tag: string | undefined): string {
  if (tag === undefined) return to;
  try {
    return parseNameAddress(to, 'To').parameters.has('tag') ? to : `${to};tag=${tag}`;
  } catch (thrown) {
    if (thrown instanceof SipParseError) return to;
    throw thrown;
  }
}

function withLength(headers: readonly RawHeader[], body: Uint8Array): BuiltFields {
  const others = headers.filter(([name]) => headerId(name) !== CONTENT_LENGTH);
  return new BuiltFields([...others, ['Content-Length', String(body.length)]]);
}
