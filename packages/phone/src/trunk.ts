import type { Endpoint, PacketSockets } from '@parley/media/engine';

/**
 * Sockets that many calls share, for more load than a socket a call can make. The ports that lines are bound to are made up then: `portOf`
 * tells the real one, and what comes in is told apart by where it comes from.
 */
export interface Trunk extends PacketSockets {
  /** The port to tell the other side. */
  portOf(port: number): number;
  /** What comes from there belongs to the line of that port from here on. */
  route(port: number, from: Endpoint): void;
  /** When the packet that is being delivered came, monotonic milliseconds. */
  arrivedAt(): number;
}
