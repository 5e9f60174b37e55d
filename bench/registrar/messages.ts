import { hash } from 'node:crypto';

export const REALM = 'bench.test';
export const PASSWORD = 'correct horse';
export type Digest = 'none' | 'MD5' | 'SHA-256';

const HASHES = { MD5: 'md5', 'SHA-256': 'sha256' } as const;
/** What stands before the number of a request in its branch. */
export const BRANCH = 'z9hG4bK-';
const NUMBER_DIGITS = 8;

export interface Register {
  /** Of the user; the name is made of it. */
  readonly user: number;
  /** Unique in one run. */
  readonly number: number;
  readonly cseq: number;
  readonly port: number;
  readonly authorization?: string;
}

/** A REGISTER as a desk phone sends it. */
export function register({ user, number, cseq, port, authorization }: Register): Buffer {
  const name = `phone${user}`;
  const lines = [
    `REGISTER sip:${REALM} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=${BRANCH}${String(number).padStart(NUMBER_DIGITS, '0')}`,
    `From: "Phone ${user}" <sip:${name}@${REALM}>;tag=f${user}-${cseq}`,
    `To: "Phone ${user}" <sip:${name}@${REALM}>`,
    `Call-ID: 7d1f0c52-5a0e-4b6c-9e57-${String(user).padStart(12, '0')}`,
    `CSeq: ${cseq} REGISTER`,
    `Contact: <sip:${name}@127.0.0.1:${port}>;expires=3600`,
    'Max-Forwards: 70',
    'User-Agent: Desk Phone 8.3.1',
    'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    'Content-Length: 0',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

/** The number that is in the branch of an answer; -1 without one. */
export function numberIn(answer: Buffer): number {
  const at = answer.indexOf(BRANCH);
  return at < 0 ? -1 : Number(answer.toString('latin1', at + BRANCH.length, at + BRANCH.length + NUMBER_DIGITS));
}

/** Status of an answer: "SIP/2.0 200 ...". */
export const statusIn = (answer: Buffer): number =>
  (answer[8] - 0x30) * 100 + (answer[9] - 0x30) * 10 + (answer[10] - 0x30);

/** The nonce of the challenge with that algorithm. */
export function nonceIn(answer: Buffer): string {
  const nonce = /nonce="([^"]+)"/.exec(answer.toString('latin1'))?.[1];
  if (nonce === undefined) throw new Error(`no challenge:\n${answer.toString('latin1')}`);
  return nonce;
}

export interface Credentials {
  readonly user: number;
  readonly digest: Exclude<Digest, 'none'>;
  readonly nonce: string;
  readonly count: number;
}

/** RFC 7616 section 3.4. */
export function authorizationOf({ user, digest, nonce, count }: Credentials): string {
  const h = (text: string) => hash(HASHES[digest], text);
  const name = `phone${user}`;
  const uri = `sip:${REALM}`;
  const nc = count.toString(16).padStart(8, '0');
  const secret = h(`${name}:${REALM}:${PASSWORD}`);
  const response = h(`${secret}:${nonce}:${nc}:0a4f113b:auth:${h(`REGISTER:${uri}`)}`);
  const named = `username="${name}", realm="${REALM}", nonce="${nonce}", uri="${uri}", response="${response}"`;
  return `Digest ${named}, algorithm=${digest}, qop=auth, nc=${nc}, cnonce="0a4f113b"`;
}
