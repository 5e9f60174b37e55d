/** What varies between the requests that the tests write by hand. */
export interface RequestText {
  readonly method: string;
  readonly uri?: string;
  readonly branch?: string;
  readonly cseq?: number;
  readonly cseqMethod?: string;
  readonly callId?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  /** Header lines to add, without line ends. */
  readonly extra?: readonly string[];
  readonly via?: string;
  readonly maxForwards?: number;
  readonly contact?: string | null;
  readonly body?: string;
  readonly type?: string;
}

export const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** The text of a request from 10.0.0.2:5060. */
export function requestText(request: RequestText): string {
  const { method, body = '' } = request;
  const branch =
    request.branch ?? `z9hG4bK${method}.${request.callId ?? ''}.${request.cseq ?? 1}.${request.toTag ?? ''}`;
  const toTag = request.toTag ? `;tag=${request.toTag}` : '';
  const contact = request.contact === undefined ? '<sip:caller@10.0.0.2:5060>' : request.contact;
  const lines = [
    `${method} ${request.uri ?? 'sip:1001@10.0.0.1'} SIP/2.0`,
    request.via ?? `Via: SIP/2.0/UDP 10.0.0.2:5060;branch=${branch}`,
    `Max-Forwards: ${request.maxForwards ?? 70}`,
    `From: "Caller" <sip:caller@10.0.0.2>;tag=${request.fromTag ?? 'from1'}`,
    `To: <sip:1001@10.0.0.1>${toTag}`,
    `Call-ID: ${request.callId ?? 'call1'}`,
    `CSeq: ${request.cseq ?? 1} ${request.cseqMethod ?? method}`,
    ...(contact === null ? [] : [`Contact: ${contact}`]),
    ...(request.extra ?? []),
    ...(body === '' ? [] : [`Content-Type: ${request.type ?? 'application/sdp'}`]),
    `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
