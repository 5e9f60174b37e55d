import { Bug } from '@parley/base';
import {
  type DialPlan,
  type HuntGroup,
  type IPGateway,
  type Kind,
  kinds,
  type Mailbox,
  type OfKind,
} from '@parley/schema';
import type { CallSource, Directory, MailboxInPlan } from '../directory.ts';
import { comparableAddress, withoutPlus } from './comparable.ts';
import { Gateways } from './gateways.ts';
import { phoneContextOf } from './phone-context.ts';

interface EntryOf<K extends Kind> {
  readonly kind: K;
  readonly object: OfKind<K>;
}

/** One object with its kind. */
export type Entry<K extends Kind = Kind> = { [P in K]: EntryOf<P> }[K];

const pair = (left: string, right: string) => `${left}\u0000${right}`;

/**
 * Objects in memory with the indexes that calls ask: every look-up is a few map accesses, a change costs only what it touches. Of
 * mailboxes that are put, what they refer to has to be there.
 */
export class World implements Directory {
  readonly #objects = new Map<Kind, Map<string, OfKind<Kind>>>(kinds.map(kind => [kind, new Map()]));
  readonly #byExtension = new Map<string, string>();
  readonly #byAddress = new Map<string, string>();
  #gateways: Gateways | undefined;
  #huntGroups: ReadonlyMap<string, readonly HuntGroup[]> | undefined;
  /** Organisation and phone-context -> plan. */
  #contexts: ReadonlyMap<string, DialPlan> | undefined;

  /** Adds an object, or puts it in the place of the one with its id. */
  put<K extends Kind>(kind: K, object: OfKind<K>): void {
    this.remove(kind, object.id);
    this.#table(kind).set(object.id, object);
    this.#index(kind, object.id, (index, key) => index.set(key, object.id));
    this.#forgetTables(kind);
  }

  /** Takes an object away; nothing happens when there is none. */
  remove(kind: Kind, id: string): void {
    if (!this.get(kind, id)) return;
    this.#index(kind, id, (index, key) => {
      if (index.get(key) === id) index.delete(key);
    });
    this.#table(kind).delete(id);
    this.#forgetTables(kind);
  }

  get<K extends Kind>(kind: K, id: string): OfKind<K> | undefined {
    return this.#table(kind).get(id);
  }

  /** Every object of a kind, in the order they were put. */
  all<K extends Kind>(kind: K): Iterable<OfKind<K>> {
    return this.#table(kind).values();
  }

  gatewayFor(source: CallSource): IPGateway | undefined {
    this.#gateways ??= new Gateways(this.all('UMIPGateway'));
    return this.#gateways.for(source);
  }

  huntGroupFor(gateway: IPGateway, called: string): HuntGroup | undefined {
    this.#huntGroups ??= Map.groupBy(this.all('UMHuntGroup'), group => group.umIPGateway);
    const groups = this.#huntGroups.get(gateway.id) ?? [];
    const withPilot = (key: (address: string) => string) => {
      const wanted = key(called);
      return groups.find(group => group.pilotIdentifier.some(each => key(each) === wanted));
    };
    return withPilot(comparableAddress) ?? withPilot(withoutPlus) ?? groups.find(group => this.#takesAll(group));
  }

  dialPlan(id: string): DialPlan | undefined {
    return this.get('UMDialPlan', id);
  }

  dialPlanByPhoneContext(organization: string, phoneContext: string): DialPlan | undefined {
    this.#contexts ??= contextsOf(this);
    return this.#contexts.get(pair(organization, phoneContext.toLowerCase()));
  }

  async mailboxByExtension(dialPlan: DialPlan, extension: string): Promise<MailboxInPlan | undefined> {
    return this.#mailbox(this.#byExtension.get(pair(dialPlan.id, extension)));
  }

  async mailboxByAddress(dialPlan: DialPlan, address: string): Promise<MailboxInPlan | undefined> {
    return this.#mailbox(this.#byAddress.get(pair(dialPlan.organization, comparableAddress(address))));
  }

  async mailboxById(id: string): Promise<MailboxInPlan | undefined> {
    return this.#mailbox(id);
  }

  /** The mailbox with what rules it; undefined when one of those objects is not there. */
  inPlan(mailbox: Mailbox): MailboxInPlan | undefined {
    const policy = this.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
    const dialPlan = policy && this.get('UMDialPlan', policy.umDialPlan);
    const organization = dialPlan && this.get('Organization', dialPlan.organization);
    return organization && { mailbox, policy, dialPlan, organization };
  }

  #mailbox(id: string | undefined): MailboxInPlan | undefined {
    const mailbox = id === undefined ? undefined : this.get('UMMailbox', id);
    const found = mailbox && this.inPlan(mailbox);
    if (mailbox && !found) throw new Bug(`mailbox ${mailbox.id} refers to objects that do not exist`);
    return found;
  }

  /** No pilot at all, or the name of the plan as the only one (what Lync's set-up script makes): both mean every number. */
  #takesAll(group: HuntGroup): boolean {
    if (group.pilotIdentifier.length === 0) return true;
    const plan = this.get('UMDialPlan', group.umDialPlan)?.name.toLowerCase();
    return group.pilotIdentifier.length === 1 && group.pilotIdentifier[0].toLowerCase() === plan;
  }

  /** Shows `visit` every key under which the mailbox is found; other kinds have none. */
  #index(kind: Kind, id: string, visit: (index: Map<string, string>, key: string) => void): void {
    const mailbox = kind === 'UMMailbox' ? this.get(kind, id) : undefined;
    if (!mailbox) return;
    const { extensions, secondaryDialPlan, secondaryExtensions, sipResourceIdentifier } = mailbox;
    if (secondaryDialPlan !== undefined)
      for (const extension of secondaryExtensions) visit(this.#byExtension, pair(secondaryDialPlan, extension));
    const { dialPlan } = this.inPlan(mailbox) ?? {};
    if (!dialPlan) return;
    for (const extension of extensions) visit(this.#byExtension, pair(dialPlan.id, extension));
    if (sipResourceIdentifier !== undefined)
      visit(this.#byAddress, pair(dialPlan.organization, comparableAddress(sipResourceIdentifier)));
  }

  #table<K extends Kind>(kind: K): Map<string, OfKind<K>> {
    const table = this.#objects.get(kind);
    if (!table) throw new Bug(`${kind} is no kind`);
    // `put` puts each object into the table of its kind.
    return table as Map<string, OfKind<K>>;
  }

  #forgetTables(kind: Kind): void {
    if (kind === 'UMIPGateway') this.#gateways = undefined;
    if (kind === 'UMHuntGroup') this.#huntGroups = undefined;
    if (kind === 'UMDialPlan' || kind === 'Organization') this.#contexts = undefined;
  }
}

function contextsOf(world: World): ReadonlyMap<string, DialPlan> {
  const contexts = new Map<string, DialPlan>();
  for (const plan of world.all('UMDialPlan')) {
    const organization = world.get('Organization', plan.organization);
    if (organization) contexts.set(pair(organization.id, phoneContextOf(plan, organization).toLowerCase()), plan);
  }
  return contexts;
}

/** Puts an object that comes with its kind. */
export function putEntry<K extends Kind>(world: World, entry: Entry<K>): void {
  world.put(entry.kind, entry.object);
}
