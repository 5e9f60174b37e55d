import { Bug } from '@parley/base';
import { type Mailbox, type MailboxPin, type Problem, problem } from '@parley/schema';
import { hashOfPin } from '../../pin/pin-hash.ts';
import { generatedPin, isUsedBefore, type PinRules, weaknessOf } from '../../pin/pin-rules.ts';
import type { Action, Lookup, WantedChange } from './rule.ts';
import { flagIn, refuse, textIn } from './um-parameters.ts';

/** Former PINs that are kept, so that a policy may begin to remember more of them: the most that one can. */
const MOST_FORMER = 19;

/** Whose PIN it is, and what is asked for; `kept` is what there is. */
export interface PinRequest {
  readonly rules: PinRules;
  /** The name of the parameter that a PIN is given by. */
  readonly parameter: string;
  readonly pin: string | undefined;
  readonly kept?: MailboxPin | undefined;
}

/** What is wrong with a PIN that was given. */
export async function pinProblems({ rules, parameter, pin, kept }: PinRequest): Promise<readonly Problem[]> {
  if (pin === undefined) return [];
  // The value is not told: a refusal may be read by others.
  const refusal = (allowed: string): Problem => ({
    ...problem(parameter, undefined, allowed),
    message: `${parameter} is not allowed: it must be ${allowed}`,
  });
  const weakness = weaknessOf(pin, rules);
  if (weakness !== undefined) return [refusal(weakness)];
  if (!kept || !(await isUsedBefore(pin, kept, rules))) return [];
  return [refusal(`none of the last ${rules.policy.pinHistoryCount}, as its policy says`)];
}

/** What keeps a PIN: the one that was given, or a new one. `mailbox` is an identity. Throws an `ObjectInvalid`. */
export async function pinChange(request: PinRequest, mailbox: string, now: number): Promise<WantedChange> {
  refuse(await pinProblems(request));
  const { rules, pin = generatedPin(rules), kept } = request;
  const next = { hash: await hashOfPin(pin), changedAt: Math.max(0, Math.trunc(now)), failures: 0 };
  if (!kept) return { what: 'create', kind: 'UMMailboxPIN', input: { ...next, umMailbox: mailbox } };
  const former = [kept.hash, ...kept.former].slice(0, MOST_FORMER);
  return { what: 'change', kind: 'UMMailboxPIN', id: kept.id, patch: { ...next, former } };
}

/** A generated PIN is known to nobody until it is mailed, which this version does not do. */
export function untold(name: string, pin: string | undefined): readonly string[] {
  if (pin !== undefined) return [];
  return [`the PIN that was made for ${name} is not mailed in this version: give one by Set-UMMailboxPIN ${name} -Pin`];
}

export async function pinRulesOf(mailbox: Mailbox, lookup: Lookup): Promise<PinRules> {
  const policy = await lookup.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
  if (!policy) throw new Bug(`mailbox ${mailbox.id} has a policy that is not there`);
  return { policy, extensions: [...mailbox.extensions, ...mailbox.secondaryExtensions] };
}

/** A new PIN, given or made; without `LockedOut` whoever was locked out may try again. */
export const setPin: Action<'UMMailbox'> = async ({ object, parameters, lookup, now }) => {
  if (!object) return {};
  if (!object.umEnabled) refuse([problem('Identity', object.name, 'a mailbox that is enabled')]);
  const pin = textIn(parameters, 'Pin');
  const [kept] = await lookup.find('UMMailboxPIN', 'umMailbox', object.id, { limit: 1 });
  const rules = await pinRulesOf(object, lookup);
  const patch = {
    pinExpired: flagIn(parameters, 'PINExpired') ?? true,
    lockedOut: flagIn(parameters, 'LockedOut') ?? false,
  };
  const shows = [{ kind: 'UMMailbox' as const, id: object.id }];
  // Whoever is only locked out needs no new PIN before he is let in again.
  if (patch.lockedOut && pin === undefined)
    return { changes: [{ what: 'change', kind: 'UMMailbox', id: object.id, patch: { lockedOut: true } }], shows };
  return {
    changes: [
      await pinChange({ rules, parameter: 'Pin', pin, kept }, object.id, now),
      { what: 'change', kind: 'UMMailbox', id: object.id, patch },
    ],
    shows,
    warnings: untold(object.name, pin),
  };
};
