/** The name by which a variable is known: in lower case, without a scope, and `$PSItem` is `$_`. */
export function variableName(written: string): string {
  const name = written.toLowerCase().replace(/^(?:global|script|local|private):/, '');
  return name === 'psitem' ? '_' : name;
}
