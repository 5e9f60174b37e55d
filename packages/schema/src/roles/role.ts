/**
 * What somebody may do: cmdlets, by their names. `*` stands for every verb, for every noun, or for the rest of a noun:
 * "Get-UMMailbox", "*-UMDialPlan", "Test-Cs*". Plain data: it is shown by `Get-ManagementRole` and checked in one place.
 */
export interface ManagementRole {
  readonly name: string;
  readonly summary: string;
  readonly cmdlets: readonly string[];
  /** Cmdlets that the patterns above would grant and that it does not. */
  readonly except?: readonly string[];
  /** For people's own mailbox, not for administrators: no role group has it. */
  readonly forOneself?: true;
}

/** What administrators are members of. */
export interface RoleGroup {
  readonly name: string;
  readonly summary: string;
  /** Names of management roles. */
  readonly roles: readonly string[];
}

/** Whether a pattern of a role means a cmdlet; upper and lower case are equal. */
export function isMeant(pattern: string, cmdlet: string): boolean {
  const [verbs, nouns] = halves(pattern);
  const [verb, noun] = halves(cmdlet);
  return isHalfMeant(verbs, verb) && isHalfMeant(nouns, noun);
}

function halves(name: string): readonly [string, string] {
  const hyphen = name.indexOf('-');
  return [name.slice(0, hyphen).toLowerCase(), name.slice(hyphen + 1).toLowerCase()];
}

function isHalfMeant(pattern: string, half: string): boolean {
  return pattern.endsWith('*') ? half.startsWith(pattern.slice(0, -1)) : pattern === half;
}
