import { RFC_4475, RFC_5118 } from './manifest.ts';

/**
 * What a user agent answers when a message arrives at its socket: the final status, 'silence', or what makes a difference between a datagram and a stream.
 * The application behind it refuses every call with 486 and has no registrar.
 */
export type Answer = number | 'silence';
export type LiveVerdict =
  | Answer
  | {
      readonly datagram: Answer;
      /** All the final answers; 'closed' when the connection ends with the last one. */
      readonly stream: readonly Answer[] | 'waits';
      readonly closed?: true;
    };

const BUSY = 486;
/** A registrar is another element: the proxy's tests ask one. */
const NO_REGISTRAR = 405;

const live4475: Readonly<Record<string, LiveVerdict>> = {
  // Its To has a tag, and there is no such dialog.
  wsinv: 481,
  intmeth: 501,
  esc01: BUSY,
  escnull: NO_REGISTRAR,
  esc02: 501,
  lwsdisp: 200,
  longreq: BUSY,
  // What follows the first message of a datagram is nothing; in a stream it is the next message, an INVITE without Contact.
  dblreq: { datagram: NO_REGISTRAR, stream: [NO_REGISTRAR, 400], closed: true },
  semiuri: 200,
  transports: 200,
  mpart01: 405,
  unreason: 'silence',
  noreason: 'silence',
  // Nothing in the Via says where an answer should go.
  badinv01: 'silence',
  // A stream waits for the rest of the body, for as long as one message may take.
  clerr: { datagram: 400, stream: 'waits' },
  ncl: { datagram: 400, stream: [400], closed: true },
  scalar02: 400,
  scalarlg: 'silence',
  quotbal: 400,
  ltgtruri: 400,
  lwsruri: 400,
  lwsstart: 400,
  trws: 400,
  escruri: 400,
  baddate: BUSY,
  regbadct: 400,
  badaspec: 400,
  baddn: 400,
  badvers: 505,
  mismatch01: 400,
  mismatch02: 400,
  bigcode: 'silence',
  badbranch: 400,
  insuf: 400,
  unkscm: 416,
  novelsc: 416,
  unksm2: NO_REGISTRAR,
  bext01: 420,
  invut: 415,
  regaut01: NO_REGISTRAR,
  multi01: 400,
  mcl01: { datagram: 400, stream: [400], closed: true },
  bcast: 'silence',
  zeromf: 200,
  cparam01: NO_REGISTRAR,
  cparam02: NO_REGISTRAR,
  regescrt: NO_REGISTRAR,
  sdp01: 406,
  // RFC 2543 allowed an INVITE without Contact; a server that records must be able to say BYE. Over a stream its length is missing.
  inv2543: { datagram: 400, stream: [400], closed: true },
};

const live5118: Readonly<Record<string, LiveVerdict>> = {
  'ipv6-good': NO_REGISTRAR,
  'ipv6-bad': 400,
  'port-ambiguous': NO_REGISTRAR,
  'port-unambiguous': NO_REGISTRAR,
  'via-received-param-with-delim': 481,
  'via-received-param-no-delim': 200,
  'ipv6-in-sdp': BUSY,
  'mult-ip-in-header': 481,
  'mult-ip-in-sdp': BUSY,
  'ipv4-mapped-ipv6': BUSY,
  'ipv6-bug-abnf-3-colons': 200,
  'ipv6-correct-abnf-2-colons': 200,
};

/** Every message of both RFCs, with what comes back. */
export const LIVE: readonly (readonly [rfc: 4475 | 5118, name: string, verdict: LiveVerdict])[] = [
  ...Object.keys(RFC_4475).map(name => [4475, name, live4475[name]] as const),
  ...Object.keys(RFC_5118).map(name => [5118, name, live5118[name]] as const),
];
