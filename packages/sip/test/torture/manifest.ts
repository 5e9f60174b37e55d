/** What parser and validation must make of a message. */
export type Verdict =
  /** Well-formed for the parser; `application` is what the layers above must still do with it. */
  | { readonly kind: 'accept'; readonly application?: string }
  /** A request to be answered with that status; `where` is what the error names. */
  | { readonly kind: 'refuse'; readonly status: number; readonly where: string }
  /** A response to be dropped. */
  | { readonly kind: 'drop'; readonly where: string };

const accept = (application?: string): Verdict =>
  application === undefined ? { kind: 'accept' } : { kind: 'accept', application };
const refuse = (where: string, status = 400): Verdict => ({ kind: 'refuse', status, where });
const drop = (where: string): Verdict => ({ kind: 'drop', where });

/** RFC 4475, in the order of its sections. */
export const RFC_4475: Readonly<Record<string, Verdict>> = {
  // 3.1.1 Valid messages
  wsinv: accept(),
  intmeth: accept('405: a method that nobody knows'),
  esc01: accept(),
  escnull: accept(),
  esc02: accept('405: the method is RE%47IST%45R, not REGISTER'),
  lwsdisp: accept(),
  longreq: accept(),
  dblreq: accept(),
  semiuri: accept(),
  transports: accept(),
  mpart01: accept(),
  unreason: accept(),
  noreason: accept(),
  // 3.1.2 Invalid messages
  badinv01: refuse('Via'),
  clerr: refuse('body'),
  ncl: refuse('Content-Length'),
  scalar02: refuse('CSeq'),
  scalarlg: drop('CSeq'),
  quotbal: refuse('To'),
  ltgtruri: refuse('start line'),
  lwsruri: refuse('start line'),
  lwsstart: refuse('start line'),
  trws: refuse('start line'),
  escruri: refuse('Request-URI'),
  baddate: accept("the malformed Date is nobody's business"),
  regbadct: refuse('Contact'),
  badaspec: refuse('To'),
  baddn: refuse('From'),
  badvers: refuse('start line', 505),
  mismatch01: refuse('CSeq'),
  mismatch02: refuse('CSeq'),
  bigcode: drop('start line'),
  // 3.2 Transaction layer
  badbranch: refuse('Via'),
  // 3.3 Application layer
  insuf: refuse('From'),
  unkscm: accept('416: a Request-URI of an unknown scheme'),
  novelsc: accept('416: a Request-URI of a registered scheme that is not SIP'),
  unksm2: accept('400 or 404: REGISTER for an address-of-record that is no SIP URI'),
  bext01: accept('420: unknown Require'),
  invut: accept('415: unknown body'),
  regaut01: accept('401: unknown authorization scheme'),
  multi01: refuse('From'),
  mcl01: refuse('Content-Length'),
  bcast: accept('drop: a response with a second Via is not for us'),
  zeromf: accept('OPTIONS answered as an endpoint'),
  cparam01: accept('the binding keeps its unknown header parameter'),
  cparam02: accept('the binding keeps its unknown URI parameter'),
  regescrt: accept('the binding keeps its embedded Route'),
  sdp01: accept('406: no acceptable answer type'),
  // 3.4 Backward compatibility
  inv2543: accept(),
};

/** RFC 5118, in the order of its section 4. */
export const RFC_5118: Readonly<Record<string, Verdict>> = {
  'ipv6-good': accept(),
  'ipv6-bad': refuse('Request-URI'),
  'port-ambiguous': accept('the address ends with :5070, no port is given'),
  'port-unambiguous': accept(),
  'via-received-param-with-delim': accept(),
  'via-received-param-no-delim': accept(),
  // The Content-Length that the RFC prints is larger than the body that it prints; the test corrects it.
  'ipv6-in-sdp': accept(),
  'mult-ip-in-header': accept(),
  'mult-ip-in-sdp': accept(),
  'ipv4-mapped-ipv6': accept(),
  'ipv6-bug-abnf-3-colons': accept(),
  'ipv6-correct-abnf-2-colons': accept(),
};
