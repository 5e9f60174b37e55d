import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { AccessRecords } from '@parley/directory';
import type { Principal } from './principal.ts';
import { principalOf } from './session-desk.ts';

/** Alternative names that one certificate may show; more is no certificate of a person. */
const MOST_NAMES = 32;
const LONGEST_NAMES = 8192;

/** What may stand for a person in a certificate, as `Set-Administrator -Certificate` takes it. */
export function shownBy(certificate: Pick<X509Certificate, 'fingerprint256' | 'subject' | 'subjectAltName'>): string[] {
  const { fingerprint256, subject, subjectAltName = '' } = certificate;
  return [
    `sha256:${fingerprint256.replaceAll(':', '').toLowerCase()}`,
    ...(subject === '' ? [] : [subjectKey(subject)]),
    ...namesIn(subjectAltName),
  ];
}

/** "subject:cn=ann,o=contoso": Node has the parts of a subject on a line each. */
const subjectKey = (subject: string) => `subject:${subject.split('\n').join(',').toLowerCase()}`;

const KINDS: ReadonlyMap<string, string> = new Map([
  ['email', 'email'],
  ['DNS', 'dns'],
  ['URI', 'uri'],
]);

/** The alternative names; Node writes "DNS:a, email:b" and puts what could be mistaken for more than one name in JSON quotes. */
function namesIn(text: string): string[] {
  if (text.length > LONGEST_NAMES) return [];
  const entries = split(text);
  if (entries.length > MOST_NAMES) return [];
  return entries.flatMap(entry => {
    const colon = entry.indexOf(':');
    const kind = KINDS.get(entry.slice(0, colon));
    const value = entry.slice(colon + 1);
    // A name that needs quotes is nobody's: it has a comma, a quote or a control character in it.
    return kind === undefined || value === '' || value.startsWith('"') ? [] : [`${kind}:${value.toLowerCase()}`];
  });
}

/** Splits at commas that are not in quotes. */
function split(text: string): string[] {
  const entries: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && isQuoted) at++;
    else if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === ',' && !isQuoted) {
      entries.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...entries, text.slice(from).trim()];
}

/** A certificate as an administrator writes it: what `shownBy` answers, or the fingerprint alone. Undefined when it is neither. */
export function certificateKey(written: string): string | undefined {
  const text = written.trim().toLowerCase();
  const fingerprint = /^(?:sha256:)?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})$/.exec(text)?.[1];
  if (fingerprint !== undefined) return `sha256:${fingerprint.replaceAll(':', '')}`;
  return /^(?:email|dns|uri|subject):\S.{0,511}$/.test(text) ? text : undefined;
}

/**
 * Whose certificate the other end of a connection has shown, and its authority vouches for; undefined when it has shown none, when it
 * is nobody's, or when it could be two people's.
 */
export async function principalOfCertificate(
  { administrators }: AccessRecords,
  socket: TLSSocket,
): Promise<Principal | undefined> {
  if (!socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const [administrator, another] = await administrators.byCertificate(shownBy(certificate));
  if (!administrator || another || administrator.disabled) return undefined;
  return principalOf(administrator, 'certificate');
}
