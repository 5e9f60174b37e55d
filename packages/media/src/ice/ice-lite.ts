import type { Endpoint } from '../engine/packet-socket.ts';
import type { IceSettings } from './ice-settings.ts';
import { BINDING_REQUEST } from './stun-format.ts';
import { isIntact, parseStun, StunRequest } from './stun-request.ts';
import { LONGEST_RESPONSE, writeSuccess, writeUnknown } from './stun-response.ts';

/** Addresses of the other side that are known at a time. A browser on a laptop has about six; more of them push out the one that was quiet longest. */
const MOST_ADDRESSES = 12;
/** RFC 7675 section 5.1: consent to be sent to lasts so long. The other side asks every five seconds. */
export const CONSENT_MILLIS = 30_000;
/** An address that was nominated gives way to one that the other side likes less only when it was quiet for so long: its pings are 2.5 s apart. */
const QUIET_MILLIS = 5000;
/** A socket may hold on to a response until the system took it. */
const RESPONSES = 4;

/** What a request for us is checked against: one of the two may be that of before a restart. */
interface Secret {
  readonly userName: Uint8Array;
  readonly password: Uint8Array;
}

/** An address that checks came from. */
interface Checked extends Endpoint {
  readonly address: string;
  readonly port: number;
  priority: number;
  /** When its last check came, milliseconds that do not jump. */
  checkedAt: number;
}

/**
 * The lite end of ICE (RFC 8445 section 2.5): it has one address of its own, asks nothing, and answers the checks of the other side. Who checks with our password and
 * both user fragments is the other side; where they check from, packets may come from; and where they say USE-CANDIDATE, packets go to. Whatever is not authenticated is
 * not answered at all, so that nobody learns that there is somebody, and nobody can have us send to somewhere else.
 */
export class IceLite {
  /** Checks that were answered; messages that were dropped. */
  checks = 0;
  refused = 0;
  readonly #request = new StunRequest();
  readonly #responses = Array.from({ length: RESPONSES }, () => new Uint8Array(LONGEST_RESPONSE));
  readonly #known: Checked[] = [];
  #turn = 0;
  #settings: IceSettings | undefined;
  #secret: Secret | undefined;
  #secretBefore: Secret | undefined;
  #peer: Checked | undefined;
  #lost = false;

  /** Where packets go; undefined before an address was nominated, and when its owner did not ask for packets any more. */
  get peer(): Endpoint | undefined {
    return this.#peer;
  }

  /** Whether consent to where packets went to has run out, and nothing was nominated since. */
  get isLost(): boolean {
    return this.#lost;
  }

  /** New credentials are a restart (section 9): the addresses of before serve until one is nominated anew. Returns whether they are new. */
  agree(settings: IceSettings): boolean {
    const was = this.#settings;
    if (was && isSame(was, settings)) return false;
    this.#settings = settings;
    this.#secretBefore = this.#secret;
    const { local, remote } = settings;
    this.#secret = {
      userName: Buffer.from(`${local.userFragment}:${remote.userFragment}`),
      password: Buffer.from(local.password),
    };
    return true;
  }

  /** Whether packets from there come from the other side: it checked from there within the time of consent. */
  knows(address: string, port: number, now: number): boolean {
    const peer = this.#peer;
    const found = peer && peer.port === port && peer.address === address ? peer : this.#find(address, port);
    return found !== undefined && now - found.checkedAt < CONSENT_MILLIS;
  }

  /** A STUN message; returns the response to send back to where it came from, valid until the fourth after it. Never throws for what came from the network. */
  request(bytes: Uint8Array, from: Endpoint, now: number): Uint8Array | undefined {
    const request = this.#request;
    const secret = parseStun(bytes, request) && request.type === BINDING_REQUEST ? this.#secretOf(request) : undefined;
    if (!secret) {
      this.refused += 1;
      return undefined;
    }
    this.checks += 1;
    const into = this.#responses[this.#turn];
    this.#turn = (this.#turn + 1) % RESPONSES;
    if (request.unknownCount > 0) return into.subarray(0, writeUnknown(request, secret.password, into));
    // Both ends may claim one role (section 7.3.1.1); a lite end has but one, and leaves it to the other to see that.
    this.#check(from, now, secret);
    return into.subarray(0, writeSuccess(request, { ...from, password: secret.password }, into));
  }

  /** Sends nowhere any more, when consent has run out. */
  elapse(now: number): void {
    if (!this.#peer || now - this.#peer.checkedAt < CONSENT_MILLIS) return;
    this.#peer = undefined;
    this.#lost = true;
  }

  /** The other side of a request that was proved. */
  #check(from: Endpoint, now: number, secret: Secret): void {
    const checked = this.#find(from.address, from.port) ?? this.#add(from, now);
    checked.checkedAt = now;
    if (this.#request.priority >= 0) checked.priority = this.#request.priority;
    if (!this.#request.useCandidate || (secret !== this.#secret && this.#peer)) return;
    const isAnew = secret === this.#secret && this.#secretBefore !== undefined;
    if (!isAnew && !this.#isBetter(checked, now)) return;
    if (isAnew) this.#secretBefore = undefined;
    this.#peer = checked;
    this.#lost = false;
  }

  /** Section 8.1.1 would have the highest priority of all that were nominated; but a telephone that leaves its WLAN goes on elsewhere. */
  #isBetter({ priority }: Checked, now: number): boolean {
    const peer = this.#peer;
    return !peer || priority >= peer.priority || now - peer.checkedAt >= QUIET_MILLIS;
  }

  #secretOf(request: StunRequest): Secret | undefined {
    const { bytes, userNameAt, userNameLength } = request;
    if (userNameLength < 0) return undefined;
    const userName = bytes.subarray(userNameAt, userNameAt + userNameLength);
    const secret = [this.#secret, this.#secretBefore].find(
      each => each && Buffer.compare(each.userName, userName) === 0,
    );
    return secret && isIntact(request, secret.password) ? secret : undefined;
  }

  #find(address: string, port: number): Checked | undefined {
    for (const known of this.#known) if (known.port === port && known.address === address) return known;
    return undefined;
  }

  #add({ address, port }: Endpoint, now: number): Checked {
    const checked = { address, port, priority: 0, checkedAt: now };
    if (this.#known.length < MOST_ADDRESSES) this.#known.push(checked);
    else {
      const others = this.#known.filter(known => known !== this.#peer);
      const oldest = others.reduce((best, known) => (known.checkedAt < best.checkedAt ? known : best));
      this.#known[this.#known.indexOf(oldest)] = checked;
    }
    return checked;
  }
}

function isSame(a: IceSettings, b: IceSettings): boolean {
  return (
    a.local.userFragment === b.local.userFragment &&
    a.local.password === b.local.password &&
    a.remote.userFragment === b.remote.userFragment &&
    a.remote.password === b.remote.password
  );
}
