import { Bug } from '@parley/base';
import {
  type DialPlan,
  definitionOf,
  type HuntGroup,
  type IPGateway,
  type Kind,
  kinds,
  type Mailbox,
  type OfKind,
} from '@parley/schema';
import type { CallSource, Directory, MailboxInPlan } from '../directory.ts';
import { comparableAddress, withoutPlus } from './comparable.ts';
import { NetworkTable } from './networks.ts';
import { phoneContextOf } from './phone-context.ts';

export { comparableAddress };

interface EntryOf<K extends Kind> {
  readonly kind: K;
  readonly object: OfKind<K>;
}

/** One object with its kind. */
export type Entry<K extends Kind = Kind> = { [P in K]: EntryOf<P> }[K];

/** Whoever refers to an object: for "cannot be deleted while used". */
export interface Referrer {
  readonly kind: Kind;
  readonly id: string;
}

const pair = (left: string, right: string) => `${left}\u0000${right}`;

/**
 * All objects in memory with the indexes that calls ask: every look-up is a few map accesses, a change costs only what it
 * touches. Objects are put in the order of `kinds`, what is referred to before what refers to it.
 */
export class World implements Directory {
  readonly #objects = new Map<Kind, Map<string, OfKind<Kind>>>(kinds.map(kind => [kind, new Map()]));
  readonly #byName = new Map<string, string>();
  readonly #byExtension = new Map<string, string>();
  readonly #byAddress = new Map<string, string>();
  readonly #referrers = new Map<string, Map<string, Referrer>>();
  #gateways: GatewayTables | undefined;
  #huntGroups: ReadonlyMap<string, readonly HuntGroup[]> | undefined;
  /** Organisation and phone-context -> plan. */
  #contexts: ReadonlyMap<string, DialPlan> | undefined;

  /** Adds an object, or puts it in the place of the one with its id. */
  put<K extends Kind>(kind: K, object: OfKind<K>): void {
    this.remove(kind, object.id);
    this.#table(kind).set(object.id, object);
    this.#index(kind, object, (index, key) => index.set(key, object.id));
    for (const target of refsOf(kind, object)) {
      const referrers = this.#referrers.get(target) ?? new Map<string, Referrer>();
      referrers.set(object.id, { kind, id: object.id });
      this.#referrers.set(target, referrers);
    }
    this.#forgetTables(kind);
  }

  /** Takes an object away; nothing happens when there is none. */
  remove<K extends Kind>(kind: K, id: string): void {
    const object = this.get(kind, id);
    if (!object) return;
    this.#index(kind, object, (index, key) => {
      if (index.get(key) === id) index.delete(key);
    });
    for (const target of refsOf(kind, object)) {
      this.#referrers.get(target)?.delete(id);
      if (this.#referrers.get(target)?.size === 0) this.#referrers.delete(target);
    }
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

  count(kind: Kind): number {
    return this.#table(kind).size;
  }

  named(kind: Kind, name: string): { readonly id: string } | undefined {
    const id = this.#byName.get(pair(kind, name.toLowerCase()));
    return id === undefined ? undefined : this.get(kind, id);
  }

  mailboxWithExtension(dialPlan: string, extension: string): Mailbox | undefined {
    const id = this.#byExtension.get(pair(dialPlan, extension));
    return id === undefined ? undefined : this.get('UMMailbox', id);
  }

  mailboxWithAddress(address: string): Mailbox | undefined {
    for (const { id } of this.all('Organization')) {
      const mailbox = this.#mailboxAt(id, address);
      if (mailbox) return mailbox;
    }
    return undefined;
  }

  /** Who refers to the object with this id. */
  referrersOf(id: string): readonly Referrer[] {
    return [...(this.#referrers.get(id)?.values() ?? [])];
  }

  gatewayFor({ address, certified }: CallSource): IPGateway | undefined {
    this.#gateways ??= gatewayTables(this.all('UMIPGateway'));
    const { byName, byNetwork } = this.#gateways;
    for (const name of certified ?? []) {
      const gateway = byName.get(name);
      if (gateway) return gateway;
    }
    return byNetwork.find(address);
  }

  huntGroupFor(gateway: IPGateway, called: string): HuntGroup | undefined {
    this.#huntGroups ??= Map.groupBy(this.all('UMHuntGroup'), group => group.umIPGateway);
    const groups = this.#huntGroups.get(gateway.id) ?? [];
    const wanted = comparableAddress(called);
    const withPilot = (pilot: string, key: (address: string) => string) =>
      groups.find(group => group.pilotIdentifier.some(each => key(each) === pilot));
    return (
      withPilot(wanted, comparableAddress) ??
      withPilot(withoutPlus(wanted), withoutPlus) ??
      groups.find(group => this.#takesAll(group))
    );
  }

  dialPlan(id: string): OfKind<'UMDialPlan'> | undefined {
    return this.get('UMDialPlan', id);
  }

  dialPlanByPhoneContext(organization: string, phoneContext: string): DialPlan | undefined {
    this.#contexts ??= contextsOf(this);
    return this.#contexts.get(pair(organization, phoneContext.toLowerCase()));
  }

  async mailboxByExtension(dialPlan: DialPlan, extension: string): Promise<MailboxInPlan | undefined> {
    return this.#inPlan(this.mailboxWithExtension(dialPlan.id, extension));
  }

  async mailboxByAddress(dialPlan: DialPlan, address: string): Promise<MailboxInPlan | undefined> {
    return this.#inPlan(this.#mailboxAt(dialPlan.organization, address));
  }

  async mailboxById(id: string): Promise<MailboxInPlan | undefined> {
    return this.#inPlan(this.get('UMMailbox', id));
  }

  #mailboxAt(organization: string, address: string): Mailbox | undefined {
    const id = this.#byAddress.get(pair(organization, comparableAddress(address)));
    return id === undefined ? undefined : this.get('UMMailbox', id);
  }

  /** No pilot at all, or the name of the plan as the only one (what Lync's set-up script makes): both mean every number. */
  #takesAll(group: HuntGroup): boolean {
    if (group.pilotIdentifier.length === 0) return true;
    const plan = this.get('UMDialPlan', group.umDialPlan)?.name.toLowerCase();
    return group.pilotIdentifier.length === 1 && group.pilotIdentifier[0].toLowerCase() === plan;
  }

  /** The mailbox with what rules it; undefined when one of those objects is not there. */
  inPlan(mailbox: Mailbox): MailboxInPlan | undefined {
    const policy = this.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
    const dialPlan = policy && this.get('UMDialPlan', policy.umDialPlan);
    const organization = dialPlan && this.get('Organization', dialPlan.organization);
    return organization && { mailbox, policy, dialPlan, organization };
  }

  #inPlan(mailbox: Mailbox | undefined): MailboxInPlan | undefined {
    const found = mailbox && this.inPlan(mailbox);
    if (mailbox && !found) throw new Bug(`mailbox ${mailbox.id} refers to objects that do not exist`);
    return found;
  }

  /** Shows `visit` every key under which the object is found. */
  #index<K extends Kind>(kind: K, object: OfKind<K>, visit: (index: Map<string, string>, key: string) => void): void {
    const properties = new Map<string, unknown>(Object.entries(object));
    const name = properties.get('name');
    // Hunt groups are named within their gateway only.
    if (kind !== 'UMHuntGroup' && typeof name === 'string') visit(this.#byName, pair(kind, name.toLowerCase()));
    const mailbox = kind === 'UMMailbox' ? this.get('UMMailbox', object.id) : undefined;
    if (!mailbox) return;
    const { secondaryDialPlan, secondaryExtensions } = mailbox;
    if (secondaryDialPlan !== undefined)
      for (const extension of secondaryExtensions) visit(this.#byExtension, pair(secondaryDialPlan, extension));
    const policy = this.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
    const plan = policy && this.get('UMDialPlan', policy.umDialPlan);
    if (!plan) return;
    for (const extension of mailbox.extensions) visit(this.#byExtension, pair(plan.id, extension));
    if (mailbox.sipResourceIdentifier !== undefined)
      visit(this.#byAddress, pair(plan.organization, comparableAddress(mailbox.sipResourceIdentifier)));
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

interface GatewayTables {
  readonly byName: ReadonlyMap<string, IPGateway>;
  readonly byNetwork: NetworkTable<IPGateway>;
}

function gatewayTables(all: Iterable<IPGateway>): GatewayTables {
  const entries = [...all]
    .filter(gateway => gateway.status !== 'Disabled')
    .flatMap(gateway => gateway.address.map(address => [address.toLowerCase(), gateway] as const));
  // Of two gateways with one name the first stays, as with networks.
  return { byName: new Map(entries.toReversed()), byNetwork: new NetworkTable(entries) };
}

/** The ids that an object refers to. */
function refsOf(kind: Kind, object: object): string[] {
  const properties = new Map<string, unknown>(Object.entries(object));
  const ids: string[] = [];
  for (const [name, property] of Object.entries(definitionOf(kind).properties)) {
    const value = properties.get(name);
    if (property.type === 'ref' && typeof value === 'string') ids.push(value);
  }
  return ids;
}

/** Puts an object that comes with its kind. */
export function putEntry<K extends Kind>(world: World, entry: Entry<K>): void {
  world.put(entry.kind, entry.object);
}
