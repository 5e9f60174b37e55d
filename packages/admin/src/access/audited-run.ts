import { type Clock, codeOf, messageOf } from '@parley/base';
import type { AuditLog } from '@parley/directory';
import type { Run } from '../run/ports.ts';
import { FirstSeen } from './first-seen.ts';

/** The same refusal of the same administrator is written down at most so often. */
const AGAIN_MILLIS = 60_000;

/** Runs cmdlets, and writes down whoever tried what his roles do not allow. */
export function auditedRun(run: Run, auditLog: Pick<AuditLog, 'append'>, clock: Clock): Run {
  const seen = new FirstSeen(clock, AGAIN_MILLIS);
  return async (cmdlet, asked, principal) => {
    try {
      return await run(cmdlet, asked, principal);
    } catch (error) {
      const { name, organization, how } = principal;
      if (codeOf(error) === 'FORBIDDEN' && seen.isFirst(`${how} ${name} ${cmdlet.name}`))
        await auditLog.append({
          who: name,
          ...(organization === undefined ? {} : { organization }),
          cmdlet: cmdlet.name,
          outcome: 'refused',
          detail: { parameters: { why: messageOf(error) } },
          ...(asked.requestId === undefined ? {} : { requestId: asked.requestId }),
        });
      throw error;
    }
  };
}
