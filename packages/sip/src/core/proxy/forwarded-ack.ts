import { messageOf } from '@parley/base';
import { printMessage } from '../../message/index.ts';
import type { Target } from '../../resolve/services.ts';
import type { Peer } from '../../transport/peer.ts';
import type { Channel } from '../../transport/transport.ts';
import { forwarded, nextHopOf } from './forwarded-request.ts';
import type { Prepared } from './preparation.ts';
import type { ProxyTarget } from './proxy.ts';
import type { ProxyCore } from './proxy-core.ts';
import { sealedTargets } from './sealed-way.ts';
import { isReadable } from './target-sets.ts';

const DECISION = { kind: 'forward', targets: [], recordRoute: false } as const;

/**
 * Passes the ACK to a 2xx on, without state (RFC 3261 sections 16.11 and 17): each copy gets the same branch. Only one that carries
 * our seal: any other has no business here, and would make us send what a stranger likes to where he likes.
 */
export function forwardAck(core: ProxyCore, prepared: Prepared, inbound: Channel): void {
  const ack = new PassingAck(core, prepared, inbound);
  if (prepared.isSealed) ack.begin();
  else ack.drop('it belongs to no dialog that came through here');
}

class PassingAck {
  readonly #core: ProxyCore;
  readonly #prepared: Prepared;
  readonly #inbound: Channel;
  readonly #branch: string;

  constructor(core: ProxyCore, prepared: Prepared, inbound: Channel) {
    this.#core = core;
    this.#prepared = prepared;
    this.#inbound = inbound;
    this.#branch = core.loops.statelessBranch(prepared.mark, prepared.request.vias[0].branch);
  }

  begin(): void {
    const targets = sealedTargets(this.#core, this.#prepared);
    if (targets instanceof Promise)
      targets.then(
        found => this.#pass(found),
        (thrown: unknown) => this.drop(messageOf(thrown)),
      );
    else this.#pass(targets);
  }

  /** The other side sends its 2xx again, and at last BYE. */
  drop(reason: string): void {
    this.#core.log.debug('sip ACK not passed on', { reason });
  }

  #pass(targets: readonly ProxyTarget[]): void {
    const readable = targets.filter(isReadable);
    if (readable.length === 0) this.drop('whom it is for is not there');
    for (const target of readable) this.#try(target);
  }

  /** By its flow, where it has one that is there; else the ways that its place has, or that stand for it. */
  #try(target: ProxyTarget): void {
    const { flow, flowOnly, via, instead: [other, ...others] = [] } = target;
    const byFlow = flow && this.#core.transports.to({ ...flow, flow: true });
    if (byFlow) this.#send(byFlow, target, error => this.drop(error.message));
    else if (!flowOnly) this.#locate(target, via);
    else if (other) this.#try({ ...other, instead: others });
    else this.drop('the flow is gone');
  }

  #locate(target: ProxyTarget, via: Peer | undefined): void {
    if (via) this.#next(target, [{ peer: via, demanded: true }]);
    else
      this.#core.locator.find(nextHopOf(this.#prepared.request, target), located => {
        if (located instanceof Error) this.drop(located.message);
        else this.#next(target, located);
      });
  }

  #next(target: ProxyTarget, [server, ...others]: readonly Target[]): void {
    if (!server) {
      this.drop('it could not be sent');
      return;
    }
    const channel = this.#core.transports.to(server.peer);
    if (channel) this.#send(channel, target, () => this.#next(target, others));
    else this.#next(target, others);
  }

  #send(channel: Channel, target: ProxyTarget, failed: (error: Error) => void): void {
    const prepared = this.#prepared;
    const common = { prepared, decision: DECISION, branch: this.#branch, inbound: this.#inbound.local };
    const bytes = printMessage(forwarded(this.#core, { ...common, target, breadth: 1 }, channel));
    channel.send(bytes, error => {
      if (error) failed(error);
    });
  }
}
