import type { Exchange } from '../core/core.ts';
import type { DialogId } from '../dialog/dialog-state.ts';
import type { Event } from '../message/event.ts';
import { sourceNetwork } from '../protection/source-network.ts';
import type { Channel } from '../transport/transport.ts';

/** Who gets the NOTIFYs or SUBSCRIBEs of one subscription in one dialog. */
export interface DialogSubscription {
  readonly role: 'notifier' | 'subscriber';
  readonly dialog: DialogId;
  /** Whether an Event means this one of the dialog's subscriptions. */
  matches(event: Event): boolean;
  /** Throws `SipParseError` for what cannot be read, before anything was answered. */
  take(exchange: Exchange, event: Event): void;
}

/** Something that counts as a subscription, with or without a dialog. */
export interface Held {
  /** Address that asked us for it; undefined for those of ours. */
  readonly source: string | undefined;
  /** The user agent closes: ends without another message. */
  close(): void;
}

export interface SubscriptionBudgets {
  readonly subscriptions: number;
  readonly subscriptionsPerSource: number;
  readonly unansweredSubscriptions: number;
}

/** Every subscription, to us and of ours, those of REFER included: how many there are, and which one a request means. */
export class SubscriptionTable {
  readonly #budgets: SubscriptionBudgets;
  readonly #held = new Set<Held>();
  readonly #unproven = new Set<Held>();
  readonly #bySource = new Map<string, number>();
  readonly #byDialog = new Map<string, DialogSubscription[]>();

  constructor(budgets: SubscriptionBudgets) {
    this.#budgets = budgets;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Whether somebody at that address may have another one. */
  hasRoom({ peer, reliable }: Channel): boolean {
    const { subscriptions, subscriptionsPerSource, unansweredSubscriptions } = this.#budgets;
    if (this.#held.size >= subscriptions) return false;
    if (!reliable && this.#unproven.size >= unansweredSubscriptions) return false;
    return (this.#bySource.get(sourceNetwork(peer.address)) ?? 0) < subscriptionsPerSource;
  }

  hold(held: Held): void {
    this.#held.add(held);
    this.#count(held.source, 1);
  }

  release(held: Held): void {
    this.#unproven.delete(held);
    if (this.#held.delete(held)) this.#count(held.source, -1);
  }

  /** Its NOTIFYs go to an address that a datagram said, whoever sent that: until one is answered there are to be few of those. */
  doubt(held: Held): void {
    this.#unproven.add(held);
  }

  /** A NOTIFY has been answered. */
  trust(held: Held): void {
    this.#unproven.delete(held);
  }

  /** From now on the dialog's requests find it. */
  add(subscription: DialogSubscription): void {
    const key = keyOf(subscription.dialog, subscription.role);
    const others = this.#byDialog.get(key);
    if (others) others.push(subscription);
    else this.#byDialog.set(key, [subscription]);
  }

  remove(subscription: DialogSubscription): void {
    const key = keyOf(subscription.dialog, subscription.role);
    const left = (this.#byDialog.get(key) ?? []).filter(other => other !== subscription);
    if (left.length > 0) this.#byDialog.set(key, left);
    else this.#byDialog.delete(key);
  }

  /** The oldest one that the Event of a request in the dialog means. */
  find(role: DialogSubscription['role'], dialog: DialogId, event: Event): DialogSubscription | undefined {
    return this.#byDialog.get(keyOf(dialog, role))?.find(subscription => subscription.matches(event));
  }

  close(): void {
    for (const held of [...this.#held]) held.close();
  }

  #count(source: string | undefined, by: 1 | -1): void {
    if (source === undefined) return;
    const network = sourceNetwork(source);
    const count = (this.#bySource.get(network) ?? 0) + by;
    if (count > 0) this.#bySource.set(network, count);
    else this.#bySource.delete(network);
  }
}

const keyOf = ({ callId, localTag, remoteTag }: DialogId, role: string): string =>
  `${role}|${callId}|${localTag}|${remoteTag}`;
