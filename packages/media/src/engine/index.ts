export { DgramSockets } from './dgram-sockets.ts';
export { type EngineOptions, MediaEngine } from './engine.ts';
export { type Datagram, MemoryNetwork } from './memory-network.ts';
export { Metronome } from './metronome.ts';
export type { Endpoint, PacketReceiver, PacketSocket, PacketSockets } from './packet-socket.ts';
export type { PortRange } from './port-pairs.ts';
