import { Bug } from '@parley/base';
import type { OfKind, Scope } from '@parley/schema';
import type { Lookup } from './rule.ts';

/** Whoever policies hold for: a person or a contact. */
export type Holder = OfKind<'User'> | OfKind<'CsExUmContact'>;

/** What is granted, and holds for a site or for everybody otherwise. */
export type PolicyKind = 'CsHostedVoicemailPolicy' | 'CsVoicePolicy' | 'CsDialPlan';

/** The property of a holder that has what was granted. */
export const GRANTED = {
  CsHostedVoicemailPolicy: 'hostedVoicemailPolicy',
  CsVoicePolicy: 'voicePolicy',
  CsDialPlan: 'csDialPlan',
} as const satisfies Readonly<Record<PolicyKind, keyof Holder>>;

/** The policy that holds, and why it does and not another one. */
export interface Decision<K extends PolicyKind> {
  readonly object: OfKind<K>;
  readonly scope: Scope;
  /** A sentence for administrators. */
  readonly why: string;
}

/** Where somebody is homed. */
interface Home {
  readonly pool?: OfKind<'CsPool'>;
  readonly site?: OfKind<'CsSite'>;
}

async function homeOf({ registrarPool }: Holder, lookup: Lookup): Promise<Home> {
  const pool = registrarPool === undefined ? undefined : await lookup.get('CsPool', registrarPool);
  const site = pool && (await lookup.get('CsSite', pool.site));
  return { ...(pool ? { pool } : {}), ...(site ? { site } : {}) };
}

const named = async <K extends PolicyKind>(kind: K, name: string, lookup: Lookup) =>
  (await lookup.find(kind, 'name', name, { limit: 1 })).at(0);

/** What to call somebody in a sentence. */
export const calledOf = (holder: Holder): string =>
  'displayNumber' in holder ? `contact ${holder.sipAddress}` : holder.name;

/**
 * What holds for a person or a contact: what was granted, then (dial plans only) what is made for the pool that they are homed on, then
 * what is made for the site of that pool, then Global.
 */
export async function effectivePolicy<K extends PolicyKind>(
  kind: K,
  holder: Holder,
  lookup: Lookup,
): Promise<Decision<K>> {
  const who = calledOf(holder);
  const id = holder[GRANTED[kind]];
  const granted = id === undefined ? undefined : await lookup.get(kind, id);
  if (granted) return { object: granted, scope: 'Tag', why: `it was granted to ${who}` };
  const { pool, site } = await homeOf(holder, lookup);
  const ofPool = kind === 'CsDialPlan' && pool ? await named(kind, `Registrar:${pool.name}`, lookup) : undefined;
  if (ofPool && pool) return { object: ofPool, scope: 'Registrar', why: `${who} is homed on pool ${pool.name}` };
  const ofSite = site ? await named(kind, `Site:${site.name}`, lookup) : undefined;
  if (ofSite && site && pool)
    return {
      object: ofSite,
      scope: 'Site',
      why: `${who} is homed on pool ${pool.name}, which is at site ${site.name}`,
    };
  const global = await named(kind, 'Global', lookup);
  if (!global) throw new Bug(`there is no global ${kind}`);
  const home = site ? `none is made for site ${site.name}` : `${who} is homed nowhere`;
  return { object: global, scope: 'Global', why: `none was granted to ${who}, and ${home}` };
}
