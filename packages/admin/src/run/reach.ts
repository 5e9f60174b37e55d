import type { Stored } from '@parley/directory';
import { definitionOf, isAboutPeople, isKind, type Kind } from '@parley/schema';
import { authorise, isAllowed, type Target } from '../access/authorise.ts';
import type { Principal } from '../access/principal.ts';
import type { Bound } from './bind.ts';
import { instanceIn } from './instance.ts';
import { nameOf } from './shown.ts';
import { type About, identified, idsOf, named, nobody, type Subject, subject } from './subjects.ts';
import { placeGiven, siteOf, type Values, valuesOf } from './whereabouts.ts';

/** What is asked, and by whom. */
export interface AskedBy extends About {
  readonly principal: Principal;
}

/** References that rights ask for by the name of what they lead to. */
const PLACES = { ou: 'OrganizationalUnit', site: 'CsSite' } as const;

/** What of an organisation an administrator reaches whose rights end somewhere: at folders, or at sites. */
export class Reach {
  readonly #about: AskedBy;
  /** Whose unit was looked up -> what it is. */
  readonly #units = new Map<string, string | undefined>();

  constructor(about: AskedBy) {
    this.#about = about;
  }

  /** Those of them that whoever asks may see. */
  async seen(all: readonly Stored[]): Promise<readonly Stored[]> {
    if (!this.#isBounded()) return all;
    const seen: Stored[] = [];
    for (const stored of all) if (await this.#sees(stored)) seen.push(stored);
    return seen;
  }

  /**
   * Asks for the right on everything that is meant and on what it is to become. Answers with what was bound; where a parameter names what
   * the cmdlet is done to, the id stands instead, so that it is done to what was looked at. Throws `FORBIDDEN`, which names the scope; what
   * would only be shown is `OBJECT_NOT_FOUND`, exactly as what is not there.
   */
  async check(): Promise<Bound> {
    const { cmdlet, bound, principal, kind } = this.#about;
    if (!this.#isBounded()) return bound;
    const byParameter = await named(this.#about);
    const subjects = [...(await identified(this.#about)), ...[...byParameter.values()].flat()];
    if (cmdlet.changes) await this.#checkChange(subjects);
    else {
      for (const { stored, kinds, identity } of subjects)
        if (!(await this.#sees(stored))) throw nobody(kinds, identity);
      // What shows no objects but rows tells of whom they are; of everybody only who reaches everybody.
      if (subjects.length === 0 && kind === undefined && isAboutPeople(cmdlet.name))
        authorise(principal, cmdlet, this.#inOrganization({}));
    }
    return { ...bound, named: { ...bound.named, ...idsOf(bound, byParameter) } };
  }

  #isBounded(): boolean {
    return this.#about.principal.scopes.length > 0;
  }

  async #sees(stored: Stored): Promise<boolean> {
    const { principal, cmdlet } = this.#about;
    return isAllowed(principal, cmdlet, await this.#targetOf(stored.kind, valuesOf(stored)));
  }

  async #checkChange(subjects: readonly Subject[]): Promise<void> {
    const { kind, cmdlet, principal } = this.#about;
    const given = await this.#given();
    for (const { stored } of subjects) {
      const before = valuesOf(stored);
      authorise(principal, cmdlet, await this.#targetOf(stored.kind, before));
      authorise(principal, cmdlet, await this.#targetOf(stored.kind, { ...before, ...given }));
    }
    if (subjects.length === 0 && kind !== undefined) authorise(principal, cmdlet, await this.#targetOf(kind, given));
    if (subjects.length === 0 && kind === undefined && isAboutPeople(cmdlet.name))
      authorise(principal, cmdlet, this.#inOrganization({}));
  }

  /** What the cmdlet sets, units and sites by their own names. Throws `OBJECT_NOT_FOUND` for those that are not there. */
  async #given(): Promise<Values> {
    const { kind, cmdlet, bound, asked, objects, by } = this.#about;
    const input = asked.input ?? {
      ...instanceIn(cmdlet, bound)?.patch,
      ...bound.properties,
      ...placeGiven(cmdlet, bound),
    };
    const given = new Map<string, unknown>(typeof input === 'object' && input !== null ? Object.entries(input) : []);
    const declared = kind === undefined ? {} : definitionOf(kind).properties;
    for (const [property, to] of Object.entries(PLACES)) {
      const value = given.get(property);
      const isReference = declared[property]?.type === 'ref' || kind === to;
      // A unit that is made in a domain has no unit above it.
      if (!isReference || typeof value !== 'string' || (kind === to && value.includes('='))) continue;
      given.set(property, nameOf(await objects.get(to, value, by)));
    }
    return Object.fromEntries(given);
  }

  /** What rights may depend on. */
  async #targetOf(kind: Kind, values: Values): Promise<Target> {
    const ou = isAboutPeople(this.#about.cmdlet.name) ? await this.#unitOf(kind, values) : undefined;
    const site = siteOf(kind, values);
    return this.#inOrganization({ ...(ou === undefined ? {} : { ou }), ...(site === undefined ? {} : { site }) });
  }

  /** Which organisation it belongs to is not asked here: the objects themselves show nothing of another one. */
  #inOrganization(target: Target): Target {
    const { organization } = this.#about.principal;
    return organization === undefined ? target : { ...target, organization };
  }

  /** The distinguished name of the unit that something is in: its own, or that of what it belongs to. */
  async #unitOf(kind: Kind, { ou, ...values }: Values): Promise<string | undefined> {
    if (typeof ou === 'string') return ou;
    const { ownedBy, properties } = definitionOf(kind);
    const owner = ownedBy === undefined ? undefined : values[ownedBy];
    const property = ownedBy === undefined ? undefined : properties[ownedBy];
    const to = property?.type === 'ref' ? property.to : '';
    if (typeof owner !== 'string' || to === 'Organization' || !isKind(to)) return undefined;
    const known = `${to} ${owner}`;
    if (!this.#units.has(known)) {
      const { stored } = await subject([to], owner, this.#about);
      this.#units.set(known, await this.#unitOf(to, valuesOf(stored)));
    }
    return this.#units.get(known);
  }
}
