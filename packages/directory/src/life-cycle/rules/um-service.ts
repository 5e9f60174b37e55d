import { type CallRouterSettings, type Problem, parseWeekInterval, problem, type Service } from '@parley/schema';
import type { Action, KindRules, Lookup } from './rule.ts';
import { flagIn } from './um-parameters.ts';

const MINUTES_A_DAY = 1440;

type Server = Pick<Service & CallRouterSettings, 'dialPlans' | 'ipAddressFamily' | 'ipAddressFamilyConfigurable'>;

/** Calls of other plans find their way by gateways and hunt groups: only SIP URI plans are given to servers. */
async function wrongPlans({ dialPlans }: Server, lookup: Lookup): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const id of dialPlans) {
    const plan = await lookup.get('UMDialPlan', id);
    if (plan && plan.uriType !== 'SipName')
      problems.push(problem('dialPlans', plan.name, `a SIP URI dial plan (it is of type ${plan.uriType})`));
  }
  return problems;
}

function wrongFamily(server: Server, before: Server | undefined): Problem[] {
  const isFree = server.ipAddressFamilyConfigurable || before?.ipAddressFamilyConfigurable;
  if (!before || isFree || server.ipAddressFamily === before.ipAddressFamily) return [];
  return [
    problem(
      'ipAddressFamily',
      server.ipAddressFamily,
      `${before.ipAddressFamily} while ipAddressFamilyConfigurable is false`,
    ),
  ];
}

function wrongSchedule({ grammarGenerationSchedule }: Service): Problem[] {
  const days = new Set<number>();
  return grammarGenerationSchedule.flatMap(text => {
    const day = Math.floor((parseWeekInterval(text)?.start ?? 0) / MINUTES_A_DAY);
    if (days.has(day)) return [problem('grammarGenerationSchedule', text, 'the only one that begins on its day')];
    days.add(day);
    return [];
  });
}

const status =
  (to: Service['status'], whenWaiting = to): Action<'UMService'> =>
  async ({ object, parameters }) => {
    if (!object) return {};
    const next = flagIn(parameters, 'Immediate') ? to : whenWaiting;
    return { changes: [{ what: 'change', kind: 'UMService', id: object.id, patch: { status: next } }] };
  };

export const umService: KindRules<'UMService'> = {
  check: async (service, { before, lookup }) => [
    ...(await wrongPlans(service, lookup)),
    ...wrongFamily(service, before),
    ...wrongSchedule(service),
  ],
  computed: async (_service, _lookup, settings) => ({ languages: settings?.languages ?? [] }),
  actions: { enable: status('Enabled'), disable: status('Disabled', 'NoNewCalls') },
};

export const umCallRouterSettings: KindRules<'UMCallRouterSettings'> = {
  check: async (router, { before, lookup }) => [...(await wrongPlans(router, lookup)), ...wrongFamily(router, before)],
};
