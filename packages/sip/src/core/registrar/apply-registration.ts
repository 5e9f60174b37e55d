import { parseUri, uriEquals } from '../../message/index.ts';
import type { Answer } from '../service.ts';
import type { Binding } from './bindings.ts';
import type { RegistrarLimits, Registration, WantedContact } from './registration.ts';

/** The bindings after a REGISTER, or why it changes nothing at all. */
export type Applied = { readonly bindings: readonly Binding[] } | { readonly refusal: Answer };

/** RFC 3261 section 10.3 step 7 leaves the status open; what comes too late inside a dialog gets this one (12.2.2). */
const TOO_LATE: Applied = { refusal: { status: 500, reason: 'CSeq Out Of Order' } };
const TOO_MANY: Applied = { refusal: { status: 403, reason: 'Too Many Contacts' } };

export interface ApplyOptions {
  /** Wall time, milliseconds. */
  readonly now: number;
  readonly limits: RegistrarLimits;
}

/** Applies a REGISTER to what is there, all of it or nothing (RFC 3261 section 10.3 steps 6 and 7). Returns the same array when nothing changes. */
export function applied(present: readonly Binding[], registration: Registration, options: ApplyOptions): Applied {
  const { contacts } = registration;
  if (contacts === '*') return present.some(one => isLate(one, registration)) ? TOO_LATE : { bindings: [] };
  if (contacts.length === 0) return { bindings: present };
  const bindings = [...present];
  for (const contact of contacts) {
    const at = bindings.findIndex(one => isSameWay(one, contact, registration));
    const old = at < 0 ? undefined : bindings[at];
    if (old && present.includes(old) && isLate(old, registration)) return TOO_LATE;
    const made = contact.seconds === 0 ? [] : [bindingOf(contact, { registration, old, now: options.now })];
    bindings.splice(at < 0 ? bindings.length : at, old ? 1 : 0, ...made);
  }
  if (bindings.length > options.limits.contacts && bindings.length > present.length) return TOO_MANY;
  return { bindings };
}

/** One registration of a user agent goes on: whoever is another one may have overtaken nobody. */
function isLate({ callId, cseq }: Binding, registration: Registration): boolean {
  return callId === registration.callId && registration.cseq <= cseq;
}

/** RFC 5626 section 6: a flow is known by its device and number, whatever its address; everything else by its URI (RFC 3261 section 19.1.4). */
function isSameWay(binding: Binding, contact: WantedContact, { isOutbound }: Registration): boolean {
  const isFlow = isOutbound && contact.instance !== undefined && contact.regId !== undefined;
  if (isFlow) return binding.regId === contact.regId && binding.instance === contact.instance;
  if (binding.regId !== undefined) return false;
  return binding.uri === contact.address.uriText || uriEquals(parseUri(binding.uri), contact.address.uri);
}

interface Making {
  readonly registration: Registration;
  readonly old: Binding | undefined;
  readonly now: number;
}

function bindingOf(contact: WantedContact, { registration, old, now }: Making): Binding {
  const { source, path, isOutbound } = registration;
  const { transport, address, port } = source;
  const { instance, regId } = contact;
  return {
    text: kept(contact.text, old?.text),
    uri: kept(contact.address.uriText, old?.uri),
    parametersText: kept(contact.parametersText, old?.parametersText),
    q: contact.q,
    callId: kept(registration.callId, old?.callId),
    cseq: registration.cseq,
    expiresAt: now + contact.seconds * 1000,
    registeredAt: now,
    path: path.length === 0 ? NO_PATH : path.map((text, at) => kept(text, old?.path[at])),
    instance: instance === undefined ? undefined : kept(instance, old?.instance),
    regId: isOutbound && instance !== undefined ? regId : undefined,
    source: { transport, address, port },
  };
}

const NO_PATH: readonly string[] = [];

/** A text of its own: a piece cut out of a message would keep the whole message in memory. A refresh keeps the old one. */
function kept(text: string, old: string | undefined): string {
  return text === old ? old : Buffer.from(text).toString();
}
