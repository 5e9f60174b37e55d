import { printMessage } from '../../message/index.ts';
import type { Target } from '../../resolve/services.ts';
import type { Channel } from '../../transport/transport.ts';
import { forwarded } from './forwarded-request.ts';
import type { Prepared } from './preparation.ts';
import type { ProxyCore } from './proxy-core.ts';

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
    const { flow, request } = this.#prepared;
    const byFlow = flow && this.#core.transports.to({ ...flow.to, flow: true });
    if (byFlow) this.#send(byFlow, error => this.drop(error.message));
    else if (flow?.only) this.drop('the flow is gone');
    else
      this.#core.locator.find(request.route[0]?.uri ?? request.requestUri, located => {
        if (located instanceof Error) this.drop(located.message);
        else this.#next(located);
      });
  }

  /** The other side sends its 2xx again, and at last BYE. */
  drop(reason: string): void {
    this.#core.log.debug('sip ACK not passed on', { reason });
  }

  #next([server, ...others]: readonly Target[]): void {
    if (!server) {
      this.drop('it could not be sent');
      return;
    }
    const channel = this.#core.transports.to(server.peer);
    if (channel) this.#send(channel, () => this.#next(others));
    else this.#next(others);
  }

  #send(channel: Channel, failed: (error: Error) => void): void {
    const prepared = this.#prepared;
    const common = { prepared, decision: DECISION, branch: this.#branch, inbound: this.#inbound.local };
    const target = { uri: prepared.request.uri };
    const bytes = printMessage(forwarded(this.#core, { ...common, target, breadth: 1 }, channel));
    channel.send(bytes, error => {
      if (error) failed(error);
    });
  }
}
