export { DgramSockets } from './dgram-sockets.ts';
export { type EngineOptions, MediaEngine } from './engine.ts';
export { openSockets, SOCKET_KINDS, type SocketKind } from './linux-sockets/index.ts';
export { type Datagram, MemoryNetwork } from './memory-network.ts';
export { MemoryRecorder, type RecordedAudio } from './memory-recorder.ts';
export { Metronome } from './metronome.ts';
export type { Arrival, Endpoint, PacketReceiver, PacketSocket, PacketSockets } from './packet-socket.ts';
export type { PortRange } from './port-pairs.ts';
export { TimedEngine } from './timed-engine.ts';
