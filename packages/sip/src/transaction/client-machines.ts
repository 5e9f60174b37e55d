import type { Machine, TimerAction, TimerEvent } from './machine.ts';

export type ClientState = 'new' | 'calling' | 'trying' | 'proceeding' | 'accepted' | 'completed' | 'terminated';
export type ClientEvent = 'request from TU' | '1xx' | '2xx' | '3xx-6xx' | 'transport error';
export type ClientAction = 'send' | 'send ACK' | 'pass up' | 'report timeout' | 'report transport error';
export type ClientMachine = Machine<ClientState, ClientEvent | TimerEvent, ClientAction | TimerAction>;

/** RFC 3261 figure 5 as amended by RFC 6026 section 8.4. */
export const inviteClient: ClientMachine = {
  new: {
    'request from TU': ['calling', 'send', 'start A', 'start B'],
  },
  calling: {
    'timer A': ['calling', 'send', 'start A'],
    'timer B': ['terminated', 'report timeout'],
    'transport error': ['terminated', 'report transport error'],
    '1xx': ['proceeding', 'pass up'],
    '2xx': ['accepted', 'pass up', 'start M'],
    '3xx-6xx': ['completed', 'send ACK', 'pass up', 'start D'],
  },
  proceeding: {
    '1xx': ['proceeding', 'pass up'],
    '2xx': ['accepted', 'pass up', 'start M'],
    '3xx-6xx': ['completed', 'send ACK', 'pass up', 'start D'],
  },
  accepted: {
    '2xx': ['accepted', 'pass up'],
    'timer M': ['terminated'],
  },
  completed: {
    '3xx-6xx': ['completed', 'send ACK'],
    'timer D': ['terminated'],
    'transport error': ['terminated', 'report transport error'],
  },
  terminated: {},
};

/** RFC 3261 figure 6 and section 17.1.2.2: timer F, and timer E's present run, outlive the state "trying". */
export const requestClient: ClientMachine = {
  new: {
    'request from TU': ['trying', 'send', 'start E', 'start F'],
  },
  trying: {
    'timer E': ['trying', 'send', 'start E'],
    'timer F': ['terminated', 'report timeout'],
    'transport error': ['terminated', 'report transport error'],
    '1xx': ['proceeding', 'pass up', 'keep E', 'keep F'],
    '2xx': ['completed', 'pass up', 'start K'],
    '3xx-6xx': ['completed', 'pass up', 'start K'],
  },
  proceeding: {
    'timer E': ['proceeding', 'send', 'start E at T2'],
    'timer F': ['terminated', 'report timeout'],
    'transport error': ['terminated', 'report transport error'],
    '1xx': ['proceeding', 'pass up'],
    '2xx': ['completed', 'pass up', 'start K'],
    '3xx-6xx': ['completed', 'pass up', 'start K'],
  },
  completed: {
    'timer K': ['terminated'],
  },
  terminated: {},
};
