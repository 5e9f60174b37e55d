import type { CalledCandidate } from '@parley/call';
import type { DialPlan } from '@parley/schema';

/** ITU-T E.164 section 6: at most 15 digits, country code included. */
const MOST_DIGITS = 15;

type Called = Pick<CalledCandidate, 'user' | 'phoneContext'>;

/**
 * The E.164 numbers ("+" and digits) that a called number may mean, the likeliest first; none for what is no number. A number with
 * "+" is itself everywhere. In an E.164 plan a number without it may be an international one as it is dialled there, a national one,
 * an E.164 number whose "+" somebody has dropped, or a national one without its prefix, in this order.
 */
export function numbersOf(dialPlan: DialPlan, called: Called): readonly string[] {
  const { user } = called;
  if (user.startsWith('+')) return isDigits(user.slice(1)) ? e164([user.slice(1)]) : [];
  if (dialPlan.uriType !== 'E164' || !isDigits(user)) return [];
  const global = globalContext(called);
  // RFC 3966 section 5.1.4: a local number means something only within its context.
  return e164(global === undefined ? meanings(dialPlan, user) : [global + withoutNationalPrefix(dialPlan, user)]);
}

function meanings(dialPlan: DialPlan, digits: string): string[] {
  const { countryOrRegionCode: country, internationalAccessCode: access, nationalNumberPrefix: prefix } = dialPlan;
  const found: string[] = [];
  if (access && digits.startsWith(access)) found.push(digits.slice(access.length));
  if (country && prefix && digits.startsWith(prefix)) found.push(country + digits.slice(prefix.length));
  found.push(digits);
  if (country) found.push(country + digits);
  return found;
}

/** The digits of a phone-context that is the beginning of a global number: "+33". */
function globalContext({ phoneContext = '' }: Called): string | undefined {
  if (!phoneContext.startsWith('+')) return undefined;
  const digits = phoneContext.slice(1);
  return isDigits(digits) ? digits : undefined;
}

function withoutNationalPrefix({ nationalNumberPrefix: prefix }: DialPlan, digits: string): string {
  return prefix && digits.startsWith(prefix) ? digits.slice(prefix.length) : digits;
}

/** Each once, with "+"; what is too long to be one, or begins with a zero as no country code does, is left out. */
function e164(numbers: readonly string[]): string[] {
  const fit = numbers.filter(digits => digits.length <= MOST_DIGITS && digits !== '' && !digits.startsWith('0'));
  return [...new Set(fit)].map(digits => `+${digits}`);
}

/** Whether it is one digit or more and nothing else. */
export function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text !== '';
}
