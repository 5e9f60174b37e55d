import {
  type DialPlan,
  type Mailbox,
  type MailboxPolicy,
  type Problem,
  problem,
  remark,
  type User,
  validateNew,
} from '@parley/schema';
import { ObjectInvalid } from '../../objects.ts';
import { dtmfMapOf } from '../../spelling/dtmf-map.ts';
import type { Action, ActionContext, ActionResult, Lookup, WantedChange } from './rule.ts';
import { dialPlanOf, unfitAddress } from './um-mailbox.ts';
import { pinChange, pinProblems, untold } from './um-mailbox-pin.ts';
import { flagIn, neededIn, type Parameters, refuse, textIn, textsIn } from './um-parameters.ts';

/** Everything that a mailbox is to be made of, found and checked. */
interface Plan {
  readonly user: User;
  /** The mailbox that the person had. */
  readonly former: Mailbox | undefined;
  readonly policy: MailboxPolicy;
  readonly dialPlan: DialPlan;
  readonly extensions: readonly string[];
  readonly address: string | undefined;
}

/** The end of a telephone number, as long as an extension: that is how extensions are usually given out. */
function extensionIn(user: User, { numberOfDigitsInExtension: length }: DialPlan): string | undefined {
  const digits = user.phone?.replaceAll(/[^0-9]/g, '') ?? '';
  return digits.length < length ? undefined : digits.slice(-length);
}

/** Those that are given, that the mailbox had in a plan of the same kind, or that its owner's telephone number tells. */
function extensionsOf(
  given: readonly string[] | undefined,
  at: Omit<Plan, 'extensions' | 'address'>,
): readonly string[] {
  const { user, former, dialPlan } = at;
  if (given !== undefined) return given;
  const isFit = former?.extensions.every(({ length }) => length === dialPlan.numberOfDigitsInExtension);
  if (former && isFit) return former.extensions;
  const told = extensionIn(user, dialPlan);
  if (told !== undefined) return [told];
  const message = `Extensions are missing, and ${user.name} has no telephone number that ends in ${dialPlan.numberOfDigitsInExtension} digits`;
  throw new ObjectInvalid([remark('Extensions', undefined, message)]);
}

async function planOf({ object: user, parameters, lookup }: ActionContext<'User'>): Promise<Plan | undefined> {
  if (!user) return undefined;
  const [former] = await lookup.find('UMMailbox', 'user', user.id, { limit: 1 });
  if (former?.umEnabled)
    refuse([remark('Identity', user.name, `${user.name} has a mailbox that is enabled: ${former.name}`)]);
  const policy = await lookup.meant('UMMailboxPolicy', neededIn(parameters, 'UMMailboxPolicy'));
  const dialPlan = await lookup.get('UMDialPlan', policy.umDialPlan);
  if (!dialPlan) return undefined;
  const at = { user, former, policy, dialPlan };
  const address = textIn(parameters, 'SIPResourceIdentifier') ?? former?.sipResourceIdentifier;
  return { ...at, extensions: extensionsOf(textsIn(parameters, 'Extensions'), at), address };
}

/** What the mailbox is called: its owner's alias, the local part of an address, or the name without what names may not have. */
function nameOf(user: User): string {
  const local = (address: string | undefined) => address?.slice(0, address.lastIndexOf('@')) || undefined;
  return user.alias ?? local(user.mailAddress) ?? local(user.userPrincipalName) ?? user.name;
}

function mailboxInput({ user, policy, extensions, address, former }: Plan, parameters: Parameters) {
  const speech = flagIn(parameters, 'AutomaticSpeechRecognitionEnabled');
  return {
    umEnabled: true,
    umMailboxPolicy: policy.id,
    extensions,
    ...(address === undefined ? {} : { sipResourceIdentifier: address }),
    ...(speech === undefined ? {} : { automaticSpeechRecognitionEnabled: speech }),
    pinExpired: flagIn(parameters, 'PINExpired') ?? true,
    lockedOut: false,
    ...(former ? {} : asNew(user)),
  };
}

const asNew = (user: User) => ({
  name: nameOf(user),
  displayName: user.displayName ?? user.name,
  user: user.id,
  ...(user.mailAddress === undefined ? {} : { mailAddress: user.mailAddress }),
});

/** Whoever has it already, among what `-ValidateOnly` would otherwise not see: the engine is not asked for anything. */
async function taken({ former, dialPlan, extensions, address }: Plan, lookup: Lookup): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const extension of extensions)
    for (const owner of await lookup.find('UMMailbox', 'extensions', extension))
      if (owner.id !== former?.id && (await dialPlanOf(owner, lookup))?.id === dialPlan.id)
        problems.push(remark('Extensions', extension, `Extensions: ${extension} belongs to mailbox ${owner.name}`));
  const owners = address === undefined ? [] : await lookup.find('UMMailbox', 'sipResourceIdentifier', address);
  for (const owner of owners)
    if (owner.id !== former?.id)
      problems.push(
        remark('SIPResourceIdentifier', address, `SIPResourceIdentifier: ${address} belongs to mailbox ${owner.name}`),
      );
  return problems;
}

async function problemsOf(plan: Plan, input: object, lookup: Lookup): Promise<readonly Problem[]> {
  const { former, dialPlan, extensions, address } = plan;
  const validated = validateNew('UMMailbox', former ? { name: former.name, ...input } : input);
  const digits = dialPlan.numberOfDigitsInExtension;
  return [
    ...('problems' in validated ? validated.problems : []),
    ...extensions
      .filter(({ length }) => length !== digits)
      .map(each => problem('Extensions', each, `${digits} digits long, as dial plan ${dialPlan.name} says`)),
    ...unfitAddress(address, dialPlan),
    ...(await taken(plan, lookup)),
  ];
}

async function changesOf(plan: Plan, input: object, context: ActionContext<'User'>): Promise<readonly WantedChange[]> {
  const { user, former, policy, extensions } = plan;
  const { lookup, parameters, now } = context;
  const pin = textIn(parameters, 'PIN');
  const [kept] = former ? await lookup.find('UMMailboxPIN', 'umMailbox', former.id, { limit: 1 }) : [];
  const request = { rules: { policy, extensions }, parameter: 'PIN', pin, kept };
  const spelled = user.umDtmfMap.length > 0 ? [] : dtmfMapOf({ ...user, displayName: user.displayName ?? user.name });
  // A mailbox that is taken into use again keeps the PIN that it had.
  const hasPin = kept !== undefined && pin === undefined;
  return [
    former
      ? { what: 'change', kind: 'UMMailbox', id: former.id, patch: input }
      : { what: 'create', kind: 'UMMailbox', input },
    ...(hasPin ? [] : [await pinChange(request, former?.id ?? nameOf(user), now)]),
    ...(spelled.length === 0
      ? []
      : [
          {
            what: 'change' as const,
            kind: 'User' as const,
            id: user.id,
            patch: { umDtmfMap: spelled },
            beside: true as const,
          },
        ]),
  ];
}

/** Gives a person a mailbox, or takes the one that there is into use again. */
export const enableMailbox: Action<'User'> = async (context): Promise<ActionResult> => {
  const { parameters, lookup } = context;
  if (flagIn(parameters, 'EnableCloudVoiceMail'))
    refuse([problem('EnableCloudVoiceMail', true, 'left out: there is no cloud here')]);
  const plan = await planOf(context);
  if (!plan) return {};
  const input = mailboxInput(plan, parameters);
  const pin = textIn(parameters, 'PIN');
  const { policy, extensions, former } = plan;
  refuse(await problemsOf(plan, input, lookup));
  refuse(await pinProblems({ rules: { policy, extensions }, parameter: 'PIN', pin }));
  if (flagIn(parameters, 'ValidateOnly')) return { changes: [], shows: [] };
  const changes = await changesOf(plan, input, context);
  const hasNewPin = changes.some(({ kind }) => kind === 'UMMailboxPIN');
  return {
    changes,
    ...(former ? { shows: [{ kind: 'UMMailbox', id: former.id }] } : {}),
    warnings: hasNewPin ? untold(former?.name ?? nameOf(plan.user), pin) : [],
  };
};
