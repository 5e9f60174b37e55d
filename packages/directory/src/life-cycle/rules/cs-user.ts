import { type OfKind, type Problem, problem, remark, scopeOf } from '@parley/schema';
import { addressProblems, lineProblems } from './cs-address.ts';
import { effectivePolicy, GRANTED, type PolicyKind } from './cs-effective.ts';
import { csUserActions } from './cs-user-actions.ts';
import type { CheckContext, KindRules, Lookup } from './rule.ts';

type User = OfKind<'User'>;

/** Voice mail goes to the hosted service when either side has said so: a disagreement is decided for it. */
export const isHosted = (user: User): boolean =>
  user.csHostedVoiceMail === 'Enabled' || user.exchangeHostedVoiceMail === 'Enabled';

/** As the originals show it: nothing, when nobody has said anything. */
const hostedVoiceMail = (user: User): boolean | null =>
  user.csHostedVoiceMail === undefined && user.exchangeHostedVoiceMail === undefined ? null : isHosted(user);

/** Nobody can be enabled for hosted voice mail whose policy does not say where it is. Disabling is always allowed. */
async function hostedProblems(user: User, { before, lookup }: CheckContext<'User'>): Promise<Problem[]> {
  if (!isHosted(user) || (before && isHosted(before))) return [];
  const { object, why } = await effectivePolicy('CsHostedVoicemailPolicy', user, lookup);
  if (object.destination !== undefined) return [];
  return [
    remark(
      user.csHostedVoiceMail === 'Enabled' ? 'csHostedVoiceMail' : 'exchangeHostedVoiceMail',
      true,
      `hosted voice mail needs a policy with a Destination: ${object.name} holds, because ${why}, and it has none`,
    ),
  ];
}

function telephonyProblems(user: User): Problem[] {
  const { audioVideoDisabled, enterpriseVoiceEnabled, remoteCallControlTelephonyEnabled: controlled } = user;
  const problems: Problem[] = [];
  if (audioVideoDisabled && (enterpriseVoiceEnabled || controlled))
    problems.push(
      problem(
        'audioVideoDisabled',
        true,
        'false for whom EnterpriseVoiceEnabled or RemoteCallControlTelephonyEnabled is true',
      ),
    );
  if (controlled && user.lineURI === undefined)
    problems.push(problem('lineURI', undefined, 'given for remote call control'));
  if (controlled && user.lineServerURI === undefined)
    problems.push(problem('lineServerURI', undefined, 'given for remote call control'));
  return problems;
}

/** People are homed on registrars, and are granted what has no scope of its own. */
export async function homeProblems(
  holder: { readonly registrarPool?: string } & Partial<Record<(typeof GRANTED)[PolicyKind], string>>,
  lookup: Lookup,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const pool = holder.registrarPool === undefined ? undefined : await lookup.get('CsPool', holder.registrarPool);
  if (pool && pool.role !== 'Registrar')
    problems.push(problem('registrarPool', pool.name, 'a pool whose role is Registrar'));
  for (const kind of ['CsHostedVoicemailPolicy', 'CsVoicePolicy', 'CsDialPlan'] as const) {
    const id = holder[GRANTED[kind]];
    const policy = id === undefined ? undefined : await lookup.get(kind, id);
    if (policy && scopeOf(policy.name).scope !== 'Tag')
      problems.push(problem(GRANTED[kind], policy.name, `a ${kind} that is granted; this one holds by itself`));
  }
  return problems;
}

async function check(user: User, context: CheckContext<'User'>): Promise<Problem[]> {
  const { lookup } = context;
  const { id, sipAddress, lineURI, privateLine } = user;
  return [
    ...telephonyProblems(user),
    ...(await homeProblems(user, lookup)),
    ...(await addressProblems('User', { id, property: 'sipAddress', value: sipAddress }, lookup)),
    ...(await lineProblems({ id, property: 'lineURI', value: lineURI }, lookup)),
    ...(await lineProblems({ id, property: 'privateLine', value: privateLine }, lookup)),
    ...(await hostedProblems(user, context)),
  ];
}

/** What people have for communications. */
export const csUserRules = {
  check,
  computed: async (user: User) => ({ hostedVoiceMail: hostedVoiceMail(user) }),
  actions: csUserActions,
} as const satisfies KindRules<'User'>;
