import { Cursor } from './cursor.ts';
import { CONTENT_TYPE, headerName, MAX_FORWARDS } from './header-names.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { SipParseError } from './sip-parse-error.ts';
import { fieldsOf } from './typed-message.ts';

/** What branches begin with (RFC 3261 section 8.1.1.7), in lower case. */
const COOKIE = 'z9hg4bk';

/** Headers that may appear once and have no accessor that checks it. */
const SINGLE = [MAX_FORWARDS, CONTENT_TYPE];

/**
 * Checks what every request needs (RFC 3261 section 8.1.1) and what a dialog is made of: Request-URI, To, From, Call-ID, CSeq
 * (its method too), Via, Max-Forwards when present (RFC 2543 had none), Contact and Record-Route when present.
 * Returns the first error, with the request as its `partial`; undefined when all is well.
 */
export function validateRequest(request: SipRequest): SipParseError | undefined {
  const error = errorOf(() => {
    checkRequestUri(request);
    checkCommon(request);
    checkMaxForwards(request);
    if (request.cseq.method !== request.method)
      throw new SipParseError('CSeq', 'its method is not that of the request');
    // RFC 4475 section 3.2.1: only the magic cookie would make all such requests one transaction.
    const { branch } = request.vias[0];
    if (branch.length === COOKIE.length && branch.toLowerCase() === COOKIE)
      throw new SipParseError('Via', 'nothing follows z9hG4bK in the branch');
  });
  return error?.withPartial(request);
}

/** The same for a response: To, From, Call-ID, CSeq, Via, and Contact and Record-Route when present. Drop what fails. */
export function validateResponse(response: SipResponse): SipParseError | undefined {
  return errorOf(() => checkCommon(response));
}

function errorOf(check: () => void): SipParseError | undefined {
  try {
    check();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof SipParseError) return thrown;
    throw thrown;
  }
}

/** RFC 3261 section 19.1.1: a Request-URI has no embedded headers (RFC 4475 section 3.1.2.11). */
function checkRequestUri(request: SipRequest): void {
  const uri = request.requestUri;
  const isSip = uri.scheme === 'sip' || uri.scheme === 'sips';
  if (isSip && uri.headers.size > 0) throw new SipParseError('Request-URI', 'embedded headers are not allowed here');
}

/** Reading is checking: each accessor throws when its header is missing, doubled or malformed. */
const READINGS: readonly ((message: SipMessage) => unknown)[] = [
  message => message.vias,
  message => message.from,
  message => message.to,
  message => message.callId,
  message => message.cseq,
  message => message.contacts,
  message => message.recordRoute,
];

function checkCommon(message: SipMessage): void {
  for (const read of READINGS) read(message);
  for (const id of SINGLE)
    if (isDoubled(message, id)) throw new SipParseError(headerName(id), 'appears more than once');
}

function isDoubled(message: SipMessage, id: number): boolean {
  const fields = fieldsOf(message);
  if (fields === undefined) return message.values(headerName(id)).length > 1;
  const first = fields.find(id, 0);
  return first >= 0 && fields.find(id, first + 1) >= 0;
}

function checkMaxForwards(request: SipRequest): void {
  const cursor = maxForwardsOf(request);
  if (cursor === undefined) return;
  cursor.takeNumber(255, 'a number of hops');
  cursor.expectEnd('the end');
}

function maxForwardsOf(request: SipRequest): Cursor | undefined {
  const fields = fieldsOf(request);
  if (fields !== undefined) {
    const index = fields.find(MAX_FORWARDS, 0);
    return index < 0 ? undefined : fields.cursor(index, 'Max-Forwards');
  }
  const value = request.header('max-forwards');
  return value === undefined ? undefined : new Cursor(value, 'Max-Forwards');
}
