import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inviteClient, requestClient } from './client-machines.ts';
import { inviteServer, requestServer } from './server-machines.ts';

type Cells = Readonly<Record<string, readonly [next: string, ...actions: string[]]>>;

/**
 * Typed a second time from the figures, arrow by arrow: "state / event" -> next state and what is done.
 * RFC 3261 figures 5 to 8, INVITE as redrawn in RFC 6026 section 7.1 and 7.2; timers set by the text of 17.1 and 17.2.
 */
const figures: Readonly<Record<string, { readonly machine: object; readonly cells: Cells }>> = {
  'figure 5, INVITE client': {
    machine: inviteClient,
    cells: {
      'new / request from TU': ['calling', 'send', 'start A', 'start B'],
      'calling / timer A': ['calling', 'send', 'start A'],
      'calling / timer B': ['terminated', 'report timeout'],
      'calling / transport error': ['terminated', 'report transport error'],
      'calling / 1xx': ['proceeding', 'pass up'],
      'calling / 2xx': ['accepted', 'pass up', 'start M'],
      'calling / 3xx-6xx': ['completed', 'send ACK', 'pass up', 'start D'],
      'proceeding / 1xx': ['proceeding', 'pass up'],
      'proceeding / 2xx': ['accepted', 'pass up', 'start M'],
      'proceeding / 3xx-6xx': ['completed', 'send ACK', 'pass up', 'start D'],
      'accepted / 2xx': ['accepted', 'pass up'],
      'accepted / timer M': ['terminated'],
      'completed / 3xx-6xx': ['completed', 'send ACK'],
      'completed / transport error': ['terminated', 'report transport error'],
      'completed / timer D': ['terminated'],
    },
  },
  'figure 6, non-INVITE client': {
    machine: requestClient,
    cells: {
      'new / request from TU': ['trying', 'send', 'start E', 'start F'],
      'trying / timer E': ['trying', 'send', 'start E'],
      'trying / timer F': ['terminated', 'report timeout'],
      'trying / transport error': ['terminated', 'report transport error'],
      'trying / 1xx': ['proceeding', 'pass up', 'keep E', 'keep F'],
      'trying / 2xx': ['completed', 'pass up', 'start K'],
      'trying / 3xx-6xx': ['completed', 'pass up', 'start K'],
      'proceeding / timer E': ['proceeding', 'send', 'start E at T2'],
      'proceeding / timer F': ['terminated', 'report timeout'],
      'proceeding / transport error': ['terminated', 'report transport error'],
      'proceeding / 1xx': ['proceeding', 'pass up'],
      'proceeding / 2xx': ['completed', 'pass up', 'start K'],
      'proceeding / 3xx-6xx': ['completed', 'pass up', 'start K'],
      'completed / timer K': ['terminated'],
    },
  },
  'figure 7, INVITE server': {
    machine: inviteServer,
    cells: {
      'new / request': ['proceeding', 'pass up'],
      'proceeding / request': ['proceeding', 'send'],
      'proceeding / send 1xx': ['proceeding', 'send'],
      'proceeding / send 2xx': ['accepted', 'send', 'start L'],
      'proceeding / send 3xx-6xx': ['completed', 'send', 'start G', 'start H'],
      'proceeding / transport error': ['proceeding', 'report transport error'],
      'accepted / request': ['accepted'],
      'accepted / ACK': ['accepted', 'pass ACK up'],
      'accepted / send 2xx': ['accepted', 'send'],
      'accepted / transport error': ['accepted', 'report transport error'],
      'accepted / timer L': ['terminated'],
      'completed / request': ['completed', 'send'],
      'completed / timer G': ['completed', 'send', 'start G'],
      'completed / timer H': ['terminated'],
      'completed / ACK': ['confirmed', 'start I'],
      'completed / transport error': ['completed', 'report transport error'],
      'confirmed / timer I': ['terminated'],
    },
  },
  'figure 8, non-INVITE server': {
    machine: requestServer,
    cells: {
      'new / request': ['trying', 'pass up'],
      'trying / send 1xx': ['proceeding', 'send'],
      'trying / send 2xx': ['completed', 'send', 'start J'],
      'trying / send 3xx-6xx': ['completed', 'send', 'start J'],
      'proceeding / request': ['proceeding', 'send'],
      'proceeding / send 1xx': ['proceeding', 'send'],
      'proceeding / send 2xx': ['completed', 'send', 'start J'],
      'proceeding / send 3xx-6xx': ['completed', 'send', 'start J'],
      'proceeding / transport error': ['terminated', 'report transport error'],
      'completed / request': ['completed', 'send'],
      'completed / transport error': ['terminated', 'report transport error'],
      'completed / timer J': ['terminated'],
    },
  },
};

for (const [name, { machine, cells }] of Object.entries(figures)) {
  test(`${name}: every cell is the figure's`, () => {
    const found: Record<string, unknown> = {};
    for (const [state, events] of Object.entries(machine))
      for (const [event, move] of Object.entries(events)) found[`${state} / ${event}`] = move;
    assert.deepEqual(found, cells);
  });

  test(`${name}: every state is reached and every timer that is started is heard`, () => {
    const reached = new Set(['new']);
    for (const [next] of Object.values(cells)) reached.add(next);
    for (const state of Object.keys(machine)) assert.ok(reached.has(state), `${state} is never reached`);
    for (const [cell, [next, ...actions]] of Object.entries(cells))
      for (const action of actions.filter(one => one.startsWith('start ') || one.startsWith('keep ')))
        assert.ok(`${next} / timer ${action.split(' ')[1]}` in cells, `${cell}: ${action} is not heard in ${next}`);
  });
}
