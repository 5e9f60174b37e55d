import { cmdletNamed, mayGroupRun, roleGroupNamed } from '@parley/schema';

/** One thing that narrows what somebody may do. */
export type Scope =
  /** Only people in this folder, or below it. */
  | { readonly kind: 'ou'; readonly folder: string }
  /** Changes only the configuration of this site. */
  | { readonly kind: 'site'; readonly site: string }
  /** Only this cmdlet, of what the groups grant. */
  | { readonly kind: 'cmdlet'; readonly name: string }
  /** Only what this role group may, of what the groups grant. */
  | { readonly kind: 'group'; readonly name: string };

/** Longest scope as text. */
const LONGEST = 1024;

/**
 * Reads "OU:ou=Finance,dc=x", "site:Redmond" (as `New-CsAdminRole` of the originals takes them), "cmdlet:Get-UMMailbox" or
 * "group:Help Desk". Undefined when it is none of these: whoever checks rights must then refuse everything.
 */
export function parseScope(text: string): Scope | undefined {
  const colon = text.indexOf(':');
  if (colon < 1 || text.length > LONGEST) return undefined;
  const value = text.slice(colon + 1).trim();
  if (value === '') return undefined;
  switch (text.slice(0, colon).toLowerCase()) {
    case 'ou':
      return { kind: 'ou', folder: value };
    case 'site':
      return { kind: 'site', site: value.toLowerCase() };
    case 'cmdlet': {
      const name = cmdletNamed(value)?.name;
      return name === undefined ? undefined : { kind: 'cmdlet', name };
    }
    case 'group': {
      const name = roleGroupNamed(value)?.name;
      return name === undefined ? undefined : { kind: 'group', name };
    }
    default:
      return undefined;
  }
}

/** Whether scopes leave a cmdlet at all; those of cmdlets and groups add up. */
export function leavesCmdlet(scopes: readonly Scope[], cmdlet: string): boolean {
  const narrowing = scopes.filter(({ kind }) => kind === 'cmdlet' || kind === 'group');
  return (
    narrowing.length === 0 ||
    narrowing.some(
      scope =>
        (scope.kind === 'cmdlet' && scope.name === cmdlet) ||
        (scope.kind === 'group' && mayGroupRun(scope.name, cmdlet)),
    )
  );
}

/** Whether it narrows a token: to cmdlets, or to what a role group may. */
export const isTokenScope = (text: string): boolean => ['cmdlet', 'group'].includes(parseScope(text)?.kind ?? '');

/** Whether it narrows an administrator: to folders or sites. */
export const isAdministratorScope = (text: string): boolean => ['ou', 'site'].includes(parseScope(text)?.kind ?? '');
