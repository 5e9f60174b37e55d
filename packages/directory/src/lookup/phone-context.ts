import type { DialPlan, Organization } from '@parley/schema';

/** The phone-context (RFC 3966) in which the extensions of a dial plan mean something: its name and the organisation's domain. */
export function phoneContextOf(
  { name }: Pick<DialPlan, 'name'>,
  { domain, systemMailAddress }: Pick<Organization, 'domain' | 'systemMailAddress'>,
): string {
  return `${name}.${domain ?? systemMailAddress.slice(systemMailAddress.lastIndexOf('@') + 1)}`;
}
