import { randomInt } from 'node:crypto';
import { Bug } from '@parley/base';
import type { MailboxPolicy } from '@parley/schema';
import { isPin } from './pin-hash.ts';

/** What a PIN has to be. */
export interface PinRules {
  readonly policy: Pick<MailboxPolicy, 'minPINLength' | 'allowCommonPatterns' | 'pinHistoryCount'>;
  /** All extensions of the mailbox. */
  readonly extensions: readonly string[];
}

export const LONGEST_PIN = 24;

const MOST_TRIES = 1000;

/** Whether every digit is the one before plus `step`: 1234, 6543, 1111. */
function goesBy(step: number, pin: string): boolean {
  return [...pin].every((digit, index) => index === 0 || Number(digit) - Number(pin[index - 1]) === step);
}

/** What a PIN must be that this one is not, to be read after "must be"; undefined when it will do. */
export function weaknessOf(pin: string, { policy, extensions }: PinRules): string | undefined {
  const { minPINLength, allowCommonPatterns } = policy;
  if (!/^[0-9]+$/.test(pin) || pin.length < minPINLength || pin.length > LONGEST_PIN)
    return `${minPINLength} to ${LONGEST_PIN} digits, as its policy says`;
  // Whatever the policy says: anybody knows the extension.
  if (extensions.some(extension => extension.endsWith(pin))) return 'something else than the end of the extension';
  if (!allowCommonPatterns && [-1, 0, 1].some(step => goesBy(step, pin)))
    return 'no digits in a row, up or down, and not one digit repeated, as its policy says';
  return undefined;
}

/** Whether a PIN is the present one or one of the former that may not be used again: as many as the policy remembers, in all. */
export async function isUsedBefore(
  pin: string,
  { hash, former }: { readonly hash: string; readonly former: readonly string[] },
  { policy }: PinRules,
): Promise<boolean> {
  for (const each of [hash, ...former].slice(0, policy.pinHistoryCount)) if (await isPin(pin, each)) return true;
  return false;
}

/** A PIN that nobody could guess and that the rules allow; as long as the shortest. */
export function generatedPin(rules: PinRules, digit = () => randomInt(10)): string {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const pin = Array.from({ length: rules.policy.minPINLength }, digit).join('');
    if (weaknessOf(pin, rules) === undefined) return pin;
  }
  throw new Bug('no PIN is allowed by the rules');
}
