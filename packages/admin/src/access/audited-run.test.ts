import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyError } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { AuditRecord } from '@parley/directory';
import { auditedRun } from './audited-run.ts';
import type { Principal } from './principal.ts';

const ANN: Principal = { name: 'ann', organization: 'org-1', groups: [], scopes: [], how: 'password' };
const cmdlet = { name: 'Set-UMDialPlan', summary: '', does: 'set', parameters: {}, changes: true, examples: [] };

test('what roles do not allow is written down once a minute, other failures are not, and both are thrown on', async () => {
  const told: AuditRecord[] = [];
  const clock = new FakeClock();
  const state = { code: 'FORBIDDEN' };
  const failing = async () => {
    throw new ParleyError(state.code, 'not for you');
  };
  const run = auditedRun(failing, { append: async record => void told.push(record) }, clock);
  const attempt = () =>
    assert.rejects(run(cmdlet, { parameters: { Identity: 'x' }, requestId: 'r1' }, ANN), /not for you/);
  await attempt();
  await attempt();
  assert.deepEqual(told, [
    {
      who: 'ann',
      organization: 'org-1',
      cmdlet: 'Set-UMDialPlan',
      outcome: 'refused',
      detail: { parameters: { why: 'not for you' } },
      requestId: 'r1',
    },
  ]);
  clock.advance(60_000);
  await attempt();
  state.code = 'OBJECT_INVALID';
  clock.advance(60_000);
  await attempt();
  assert.equal(told.length, 2);
});
