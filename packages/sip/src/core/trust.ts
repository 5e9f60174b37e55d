import { withoutHeaders } from '../message/index.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';

/**
 * What only members of a trust domain may tell each other (RFC 3325 section 5, RFC 3323, RFC 5876), and the older
 * Remote-Party-ID. Whoever is outside could write there what he likes.
 */
const TRUSTED_ONLY: readonly string[] = ['P-Asserted-Identity', 'P-Preferred-Identity', 'Privacy', 'Remote-Party-ID'];

/** A request from outside the trust domain, without what only its members may say. */
export const believableRequest = (request: SipRequest): SipRequest => withoutHeaders(request, TRUSTED_ONLY);

/** The same for a response (RFC 5876 section 4.5). */
export const believableResponse = (response: SipResponse): SipResponse => withoutHeaders(response, TRUSTED_ONLY);
