import type { Machine, TimerAction, TimerEvent } from './machine.ts';

export type ServerState = 'new' | 'trying' | 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';
export type ServerEvent = 'request' | 'ACK' | 'send 1xx' | 'send 2xx' | 'send 3xx-6xx' | 'transport error';
export type ServerAction = 'send' | 'pass up' | 'pass ACK up' | 'report transport error';
export type ServerMachine = Machine<ServerState, ServerEvent | TimerEvent, ServerAction | TimerAction>;

/** RFC 3261 figure 7 as amended by RFC 6026 section 8.5; "request" is the INVITE, "send" sends the newest response again. */
export const inviteServer: ServerMachine = {
  new: {
    request: ['proceeding', 'pass up'],
  },
  proceeding: {
    request: ['proceeding', 'send'],
    'send 1xx': ['proceeding', 'send'],
    'send 2xx': ['accepted', 'send', 'start L'],
    'send 3xx-6xx': ['completed', 'send', 'start G', 'start H'],
    'transport error': ['proceeding', 'report transport error'],
  },
  accepted: {
    request: ['accepted'],
    'send 2xx': ['accepted', 'send'],
    ACK: ['accepted', 'pass ACK up'],
    'timer L': ['terminated'],
    'transport error': ['accepted', 'report transport error'],
  },
  completed: {
    request: ['completed', 'send'],
    'timer G': ['completed', 'send', 'start G'],
    'timer H': ['terminated'],
    ACK: ['confirmed', 'start I'],
    'transport error': ['completed', 'report transport error'],
  },
  confirmed: {
    'timer I': ['terminated'],
  },
  terminated: {},
};

/** RFC 3261 figure 8. */
export const requestServer: ServerMachine = {
  new: {
    request: ['trying', 'pass up'],
  },
  trying: {
    'send 1xx': ['proceeding', 'send'],
    'send 2xx': ['completed', 'send', 'start J'],
    'send 3xx-6xx': ['completed', 'send', 'start J'],
  },
  proceeding: {
    request: ['proceeding', 'send'],
    'send 1xx': ['proceeding', 'send'],
    'send 2xx': ['completed', 'send', 'start J'],
    'send 3xx-6xx': ['completed', 'send', 'start J'],
    'transport error': ['terminated', 'report transport error'],
  },
  completed: {
    request: ['completed', 'send'],
    'timer J': ['terminated'],
    'transport error': ['terminated', 'report transport error'],
  },
  terminated: {},
};
