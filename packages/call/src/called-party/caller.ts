import { type NameAddress, parseNameAddress, type SipRequest } from '@parley/sip';
import type { Party } from '../facts.ts';
import type { Findings } from './findings.ts';
import { readHeader } from './header-reading.ts';
import { partyOf, shown } from './party-of.ts';

const NOBODY: Party = { name: '', user: '', host: '' };

/** How telephone systems fill a number that they may not or cannot tell. */
const NAMES_OF_NOBODY = ['anonymous', 'restricted', 'unavailable', 'unknown'];

/** Who calls, and whether the number was withheld. */
export interface Caller {
  readonly caller: Party;
  readonly anonymous: boolean;
}

/** An identity that a header asserts. */
interface Identity {
  readonly header: string;
  readonly party: Party;
  readonly address: NameAddress;
}

/**
 * Finds the caller: P-Asserted-Identity (RFC 3325; only gateways that we trust may call at all), Remote-Party-ID, From.
 * An anonymous caller has neither name nor number, whatever the headers tell.
 */
export function callerOf(request: SipRequest, findings: Findings): Caller {
  const asserted = identities(request, 'P-Asserted-Identity', findings);
  const remote = identities(request, 'Remote-Party-ID', findings).filter(isCalling);
  const from = identities(request, 'From', findings);
  const withheld = withheldBy(request, remote, from);
  const known = [...asserted, ...remote, ...from].filter(({ party }) => !isNobody(party));
  const best = known.find(({ party }) => party.user !== '');
  if (withheld !== '' || best === undefined) {
    findings.note(`caller: anonymous, ${withheld === '' ? 'no header names one' : withheld}`);
    return { caller: NOBODY, anonymous: true };
  }
  const name = hidesName(best) ? '' : best.party.name || nameFor(best, known);
  findings.note(`caller: ${shown(best.party)}, from ${best.header}`);
  return { caller: { ...best.party, name }, anonymous: false };
}

/** One caller may be named by several values, a sip: and a tel: URI, only one with a name (RFC 3325 section 9.1); or only in From. */
function nameFor(best: Identity, known: readonly Identity[]): string {
  const isSame = ({ header, party }: Identity) => header === best.header || party.user === best.party.user;
  return known.find(identity => isSame(identity) && identity.party.name !== '')?.party.name ?? '';
}

function identities(request: SipRequest, header: string, findings: Findings): Identity[] {
  const { values, skipped } = readHeader(request, header, parseNameAddress);
  findings.skip(skipped);
  return values.map(({ value, overlooked }) => {
    if (overlooked !== '') findings.note(`${header}: ${overlooked}`);
    return { header, party: partyOf(value), address: value };
  });
}

/** Remote-Party-ID may also name the called party. */
function isCalling({ address }: Identity): boolean {
  const party = address.parameters.get('party')?.toLowerCase();
  return party === undefined || party === 'calling';
}

/** Why the number must not be told; '' when it may. */
function withheldBy(request: SipRequest, remote: readonly Identity[], from: readonly Identity[]): string {
  const privacy = privacyOf(request).find(word => word === 'id' || word === 'user' || word === 'header');
  if (privacy !== undefined) return `Privacy: ${privacy}`;
  const isHidden = remote.some(identity => ['full', 'uri'].includes(remotePrivacy(identity)));
  if (isHidden) return 'privacy of Remote-Party-ID';
  return from.some(({ party }) => isNobody(party)) ? 'From is anonymous' : '';
}

/** RFC 3323 section 4.2: priv-values are separated by ";"; commas are met as well. */
function privacyOf(request: SipRequest): string[] {
  return request.values('privacy').flatMap(value => value.toLowerCase().split(/[;, \t]/));
}

function remotePrivacy({ address }: Identity): string {
  return address.parameters.get('privacy')?.toLowerCase() ?? '';
}

function hidesName(identity: Identity): boolean {
  return identity.header === 'Remote-Party-ID' && remotePrivacy(identity) === 'name';
}

/** RFC 3323 section 4.1.1.3 and what is met beside it. */
function isNobody({ name, user, host }: Party): boolean {
  return (
    host === 'anonymous.invalid' || NAMES_OF_NOBODY.includes(user.toLowerCase()) || name.toLowerCase() === 'anonymous'
  );
}
