import { randomBytes } from 'node:crypto';
import type { DtlsIdentity } from '../dtls/identity.ts';
import type { IceCredentials } from '../ice/ice-settings.ts';
import { familyOf } from './address.ts';
import { type Attribute, attributeOf, type MediaDescription, type SessionDescription } from './description.ts';
import { type DtlsDescription, readDtls } from './dtls-attributes.ts';
import { type IceDescription, readIce } from './ice-attributes.ts';
import type { Objection } from './objection.ts';
import type { SessionSettings } from './settings.ts';

/** The profile that browsers speak (RFC 5764 section 8), in our offers. */
export const DTLS_PROFILE = 'UDP/TLS/RTP/SAVPF';

/** What a section says that is keyed by DTLS and reached by ICE. */
export interface DtlsReading {
  readonly kind: 'dtls';
  readonly ice: IceDescription;
  readonly dtls: DtlsDescription;
}

/** What our end of such a section is made of. */
export interface OwnDtls {
  /** Without one, media keyed by DTLS are refused. */
  readonly identity?: DtlsIdentity;
  /** What this dialog agreed on last: association and credentials go on unless the other side begins them anew. */
  readonly agreed?: Pick<SessionSettings, 'ice' | 'dtls'>;
  /** Where credentials come from: so many bytes that nobody can guess. Those of the system when not given. */
  readonly random?: (bytes: number) => Uint8Array;
}

/** Reads a section of profile UDP/TLS/RTP/SAVP or SAVPF, or says why it cannot be taken. */
export function readDtlsSection(session: SessionDescription, media: MediaDescription): DtlsReading | Objection {
  const dtls = readDtls(session, media);
  const ice = readIce(session, media);
  if (!dtls) return unusable('no a=fingerprint (sha-256, sha-384 or sha-512) with an a=setup that can be used');
  if (!ice) return unusable('no a=ice-ufrag and a=ice-pwd that can be used; ICE is needed with DTLS');
  // RFC 8842 section 5.3 lets the answerer begin the handshake. It never has to: who calls us can.
  if (dtls.setup === 'passive') return unusable('a=setup:passive; offer actpass or active');
  if (ice.lite) return unusable('a=ice-lite at both ends, so that nobody would check the way');
  if (attributeOf(media.attributes, 'rtcp-mux') === undefined) return unusable('no a=rtcp-mux; it is needed with ICE');
  return { kind: 'dtls', ice, dtls };
}

/** How our end follows such a section. */
export function dtlsSettings({ ice, dtls }: DtlsReading, own: OwnDtls): Pick<SessionSettings, 'ice' | 'dtls'> {
  const { agreed } = own;
  const identity = agreed?.dtls?.identity ?? own.identity;
  if (!identity) return {};
  const { userFragment, password } = ice;
  const remote = { userFragment, password };
  // RFC 8839 section 4.4.1.1: other credentials of theirs are a restart, which other ones of ours answer.
  const kept = agreed?.ice && isSame(agreed.ice.remote, remote) ? agreed.ice.local : undefined;
  const { fingerprints } = dtls;
  return { ice: { local: kept ?? freshCredentials(own), remote }, dtls: { identity, fingerprints } };
}

/** RFC 8839 section 5.4: at least 24 and 128 bits that nobody can guess. Base64 of a multiple of three bytes has only letters that are allowed. */
function freshCredentials({ random = randomBytes }: OwnDtls): IceCredentials {
  const text = (bytes: number) => Buffer.from(random(bytes)).toString('base64');
  return { userFragment: text(6), password: text(18) };
}

/** Of a session: we answer checks and make none (RFC 8839 section 5.3). */
export const LITE_ATTRIBUTES: readonly Attribute[] = [{ name: 'ice-lite' }, { name: 'ice-options', value: 'ice2' }];

/** Best of all types, highest local preference, component 1 (RFC 8445 section 5.1.2.1): there is one candidate. */
const PRIORITY = 126 * 2 ** 24 + 65_535 * 2 ** 8 + 255;

/**
 * The attributes of our section: credentials, the one address of ours, and whose certificate it will be.
 * @param setup `passive` in an answer, `actpass` in an offer (RFC 8842 section 5).
 */
export function dtlsAttributes(
  { ice, dtls }: Pick<SessionSettings, 'ice' | 'dtls'>,
  { address, port }: { readonly address: string; readonly port: number },
  setup: 'passive' | 'actpass',
): Attribute[] {
  if (!ice || !dtls) return [];
  const { hash, bytes } = dtls.identity.fingerprint;
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0').toUpperCase());
  const foundation = familyOf(address) === 'IP6' ? 2 : 1;
  return [
    { name: 'ice-ufrag', value: ice.local.userFragment },
    { name: 'ice-pwd', value: ice.local.password },
    { name: 'candidate', value: `${foundation} 1 udp ${PRIORITY} ${address} ${port} typ host` },
    { name: 'end-of-candidates' },
    { name: 'fingerprint', value: `${hash} ${hex.join(':')}` },
    { name: 'setup', value: setup },
  ];
}

function unusable(what: string): Objection {
  return { code: 306, text: `Attribute not understood: ${what}` };
}

function isSame(a: IceCredentials, b: IceCredentials): boolean {
  return a.userFragment === b.userFragment && a.password === b.password;
}
