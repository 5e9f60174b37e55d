export { EpollSockets } from './epoll-sockets.ts';
export { settle } from './estate.ts';
export { loadNative } from './native.ts';
export { openSockets, SOCKET_KINDS, type SocketKind } from './open-sockets.ts';
export { RingSockets } from './ring-sockets.ts';
