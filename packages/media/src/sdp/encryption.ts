import { randomBytes } from 'node:crypto';
import { isSrtpSuite, type SrtpKey, type SrtpSuite, SUITES } from '../srtp/suites.ts';
import { type CryptoLine, readCrypto } from './crypto-line.ts';
import type { MediaDescription, SessionDescription } from './description.ts';
import { type DtlsReading, type OwnDtls, readDtlsSection } from './dtls-keying.ts';
import type { Objection } from './objection.ts';

/** Whether media are encrypted: never; when the other side can; always, or there is no call. */
export type MediaSecurity = 'none' | 'optional' | 'required';

/** The suites that are answered to, whichever an offer names first. */
const ANSWERED: readonly SrtpSuite[] = Object.keys(SUITES).filter(isSrtpSuite);
/** The suites that are offered: what everybody has, and one for those who want no SHA-1. More would make an INVITE longer than a datagram. */
const OFFERED: readonly SrtpSuite[] = ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM'];

/** What our end has to say about encryption. */
export interface OwnEncryption extends OwnDtls {
  /** `none` when not given. */
  readonly security?: MediaSecurity;
  /** The suites that we take (in an offer: in this order). */
  readonly suites?: readonly SrtpSuite[];
  /** The description that we sent last in this dialog: the keys in it stay ours. */
  readonly previous?: SessionDescription;
}

/** How an `m=` section of the other side would have its media. */
export type EncryptionReading =
  | { readonly kind: 'clear' }
  | { readonly kind: 'sdes'; readonly line: CryptoLine }
  | DtlsReading
  | { readonly kind: 'refused'; readonly objection: Objection };

/** What is asked of an `m=` section of the other side. */
export interface EncryptionTerms {
  readonly security: MediaSecurity;
  /** Whether keys may come by DTLS. */
  readonly dtls: boolean;
  takes(line: CryptoLine): boolean;
}

/**
 * Reads profile and `a=crypto` lines of the other side; of the lines the first that we can take (RFC 4568 section 5.1.2). RTP/AVP with `a=crypto` is an offer to encrypt
 * as well, if the other side likes (RFC 8643). A profile of DTLS (RFC 5764) has no keys in its lines, but what proves whose they are.
 */
export function readEncryption(
  session: SessionDescription,
  media: MediaDescription,
  terms: EncryptionTerms,
): EncryptionReading {
  const profile = profileOf(media.protocol);
  if (profile === 'dtls' && terms.dtls) return readDtlsKeying(session, media, terms);
  if (profile === undefined || profile === 'dtls')
    return refused(302, `Incompatible transport protocol: ${PROFILES[terms.security]} only, and no keys by DTLS`);
  if (terms.security === 'none') {
    if (profile === 'clear') return { kind: 'clear' };
    return refused(302, 'Incompatible transport protocol: media are not encrypted here; offer RTP/AVP');
  }
  const found = chooseLine(media, terms);
  if (typeof found !== 'string') return { kind: 'sdes', line: found };
  if (profile === 'clear' && terms.security === 'optional') return { kind: 'clear' };
  if (profile === 'clear' && found === NO_LINE)
    return refused(
      302,
      'Incompatible transport protocol: media have to be encrypted here; offer RTP/SAVP with a=crypto',
    );
  return refused(306, `Attribute not understood: no a=crypto line that can be taken: ${found}`);
}

/** Browsers do nothing else, so a call that is not to be encrypted is one that they cannot make. */
function readDtlsKeying(
  session: SessionDescription,
  media: MediaDescription,
  { security }: EncryptionTerms,
): EncryptionReading {
  if (security === 'none')
    return refused(
      302,
      'Incompatible transport protocol: media are not encrypted here, which DTLS always does; offer RTP/AVP',
    );
  const reading = readDtlsSection(session, media);
  return 'kind' in reading ? reading : { kind: 'refused', objection: reading };
}

/** The lines of an offer of ours. What is spoken already comes first: the other side may have nothing else. */
export function offeredLines(own: OwnEncryption): CryptoLine[] {
  if ((own.security ?? 'none') === 'none') return [];
  const spoken = own.previous ? linesOf(own.previous.media).map(({ suite }) => suite) : [];
  return [...new Set([...spoken, ...(own.suites ?? OFFERED)])].map((suite, at) => ({
    tag: at + 1,
    suite,
    key: ownKey(suite, own),
  }));
}

/** What an offer has to bring for us to answer it. A key of ours is not taken for one of theirs: our own packets could be sent back to us. */
export function answerTerms(own: OwnEncryption): EncryptionTerms {
  const suites = own.suites ?? ANSWERED;
  const ours = own.previous ? linesOf(own.previous.media) : [];
  return {
    security: own.security ?? 'none',
    dtls: own.identity !== undefined || own.agreed?.dtls !== undefined,
    takes: line => suites.includes(line.suite) && !ours.some(({ key }) => isSameKey(key, line.key)),
  };
}

/** What an answer to this `m=` section of ours has to bring: a tag that we offered, with its suite (RFC 4568 section 5.1.3). */
export function completionTerms(ours: MediaDescription): EncryptionTerms {
  const lines = linesOf([ours]);
  const profile = profileOf(ours.protocol);
  const security = profile === 'secure' || profile === 'dtls' ? 'required' : lines.length > 0 ? 'optional' : 'none';
  return {
    security,
    dtls: profile === 'dtls',
    takes: line =>
      lines.some(({ tag, suite }) => tag === line.tag && suite === line.suite) &&
      !lines.some(({ key }) => isSameKey(key, line.key)),
  };
}

/** The key that we protect with: that of the description before, or a new one. */
export function ownKey(suite: SrtpSuite, { previous, random = randomBytes }: OwnEncryption): SrtpKey {
  const kept = previous && linesOf(previous.media).find(line => line.suite === suite)?.key;
  return kept ?? { key: new Uint8Array(random(SUITES[suite].key)), salt: new Uint8Array(random(SUITES[suite].salt)) };
}

/** The lines of these sections that can be read. */
export function linesOf(media: readonly MediaDescription[]): CryptoLine[] {
  return media.flatMap(({ attributes }) =>
    attributes.flatMap(({ name, value }) => {
      const reading = name === 'crypto' ? readCrypto(value ?? '') : undefined;
      return reading?.kind === 'usable' ? [reading.line] : [];
    }),
  );
}

const PROFILES: Readonly<Record<MediaSecurity, string>> = {
  none: 'RTP/AVP and RTP/AVPF',
  optional: 'RTP/AVP, RTP/AVPF, RTP/SAVP and RTP/SAVPF',
  required: 'RTP/SAVP and RTP/SAVPF',
};

const NO_LINE = 'there is none';

/** The first line that is taken, or why the first of them is not. */
function chooseLine(media: MediaDescription, terms: EncryptionTerms): CryptoLine | string {
  let why: string | undefined;
  for (const { name, value } of media.attributes) {
    if (name !== 'crypto') continue;
    const reading = readCrypto(value ?? '');
    if (reading.kind === 'usable' && terms.takes(reading.line)) return reading.line;
    why ??= reading.kind === 'unusable' ? reading.problem : 'a suite, tag or key that was not agreed on';
  }
  return why ?? NO_LINE;
}

function profileOf(protocol: string): 'clear' | 'secure' | 'dtls' | undefined {
  const upper = protocol.toUpperCase();
  if (upper === 'UDP/TLS/RTP/SAVPF' || upper === 'UDP/TLS/RTP/SAVP') return 'dtls';
  if (upper === 'RTP/AVP' || upper === 'RTP/AVPF') return 'clear';
  return upper === 'RTP/SAVP' || upper === 'RTP/SAVPF' ? 'secure' : undefined;
}

/** Whether a profile says nothing of encryption. */
export function isClear(protocol: string): boolean {
  return profileOf(protocol) === 'clear';
}

function refused(code: number, text: string): EncryptionReading {
  return { kind: 'refused', objection: { code, text } };
}

function isSameKey(a: SrtpKey, b: SrtpKey): boolean {
  return Buffer.compare(a.key, b.key) === 0 && Buffer.compare(a.salt, b.salt) === 0;
}
