import type { MediaCommand, MediaEvent } from '../worker/protocol.ts';
import type { Company } from './company.ts';
import { Feed } from './feed.ts';

type BridgeCommand = Extract<MediaCommand, { do: 'bridge' }>;
type BridgeEnd = Extract<MediaEvent, { on: 'parted' }>['endedBy'];

/** A session as a bridge needs it. */
export interface BridgeParty {
  readonly company: Company;
  /** Media time of the present, milliseconds. */
  readonly at: number;
}

interface Bridge {
  readonly command: BridgeCommand;
  readonly one: BridgeParty;
  readonly other: BridgeParty;
  /** What the one says, on its way to the other, and back. */
  readonly there: Feed;
  readonly back: Feed;
}

/** The sessions of one engine that hear each other, two by two; who is in two bridges makes a conference of three with the third bridge. */
export class Bridges {
  readonly #bridges: Bridge[] = [];
  readonly #emit: (event: MediaEvent) => void;

  constructor(emit: (event: MediaEvent) => void) {
    this.#emit = emit;
  }

  /** Joins two sessions, or tells why not. */
  join(command: BridgeCommand, one: BridgeParty, other: BridgeParty | undefined): void {
    const refusal = this.#refusal(one, other);
    if (refusal) this.#tell(command, one, refusal);
    else if (other) this.#connect(command, one, other);
  }

  #refusal(one: BridgeParty, other: BridgeParty | undefined): BridgeEnd | undefined {
    if (!other) return 'gone';
    const refused = one === other || one.company.full || other.company.full || this.#joined(one, other);
    return refused ? 'refused' : undefined;
  }

  #connect(command: BridgeCommand, one: BridgeParty, other: BridgeParty): void {
    const there = new Feed(one.company.codec);
    const back = new Feed(other.company.codec);
    one.company.speakTo(there, { keys: command.relay, to: other.company });
    other.company.speakTo(back, { keys: command.relayBack, to: one.company });
    one.company.hear(back);
    other.company.hear(there);
    this.#bridges.push({ command, one, other, there, back });
  }

  /** Ends the bridge that this session asked for by that id, if there is one. */
  stop(session: number, id: number): void {
    const bridge = this.#bridges.find(({ command }) => command.session === session && command.id === id);
    if (bridge) this.#end(bridge, 'stopped');
  }

  /** A session is over, and so are its bridges. */
  leave(party: BridgeParty): void {
    for (const bridge of this.#bridges.filter(({ one, other }) => one === party || other === party))
      this.#end(bridge, 'gone');
  }

  #joined(one: BridgeParty, other: BridgeParty): boolean {
    return this.#bridges.some(
      bridge => (bridge.one === one && bridge.other === other) || (bridge.one === other && bridge.other === one),
    );
  }

  #end(bridge: Bridge, endedBy: BridgeEnd): void {
    const { command, one, other, there, back } = bridge;
    this.#bridges.splice(this.#bridges.indexOf(bridge), 1);
    one.company.part(there, back);
    other.company.part(back, there);
    this.#tell(command, one, endedBy);
  }

  #tell({ session, id }: BridgeCommand, { at }: BridgeParty, endedBy: BridgeEnd): void {
    this.#emit({ on: 'parted', session, id, endedBy, at });
  }
}
