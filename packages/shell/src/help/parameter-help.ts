import type { CmdletDefinition, Parameter, Property } from '@parley/schema';

/** `<Boolean>`, `<Integer>`: what a parameter takes. */
export function typeOf(property: Property): string {
  switch (property.type) {
    case 'flag':
      return 'Boolean';
    case 'integer':
      return property.orUnlimited ? 'Integer|Unlimited' : 'Integer';
    case 'choice':
      return property.values.length <= 4 ? property.values.join('|') : 'Choice';
    case 'list':
      return `${property.of.type === 'ref' ? property.of.to : property.of.type === 'record' ? 'Record' : 'String'}[]`;
    case 'ref':
      return property.to;
    default:
      return 'String';
  }
}

/** What is allowed, in a few words each. */
export function limitsOf({ property, required, isSwitch, position, aliases, orNull, pipeline }: Parameter): string[] {
  const notes: string[] = [];
  if (property.type === 'choice') notes.push(`one of ${property.values.join(', ')}`);
  if (property.type === 'integer')
    notes.push(
      `${property.min} to ${property.max}${property.unit ? ` ${property.unit}` : ''}${property.orUnlimited ? ', or Unlimited' : ''}`,
    );
  if (property.type === 'list') notes.push('values with commas between them, or @{Add=...;Remove=...}');
  if (property.type === 'text' && property.max) notes.push(`at most ${property.max} characters`);
  const initial = 'default' in property ? property.default : undefined;
  if (initial !== undefined && !isSwitch && (!Array.isArray(initial) || initial.length > 0))
    notes.push(`default ${initialText(initial)}`);
  if (required) notes.push('required');
  if (position !== undefined) notes.push(`position ${position + 1}`);
  if (pipeline === 'object') notes.push('from the pipeline');
  if (pipeline === 'property') notes.push('from a property of the same name in the pipeline');
  if (aliases && aliases.length > 0) notes.push(`also ${aliases.map(alias => `-${alias}`).join(', ')}`);
  if (orNull) notes.push('$null takes it back');
  if (property.inactive) notes.push('no effect in this version');
  return notes;
}

const initialText = (value: unknown) => (typeof value === 'boolean' ? (value ? '$true' : '$false') : String(value));

/** `[-Name] <String>`, in brackets what may be left out. */
function syntaxOf(name: string, { property, position, required, isSwitch }: Parameter): string {
  const word = position === undefined ? `-${name}` : `[-${name}]`;
  const whole = isSwitch ? word : `${word} <${typeOf(property)}>`;
  return required ? whole : `[${whole}]`;
}

/** The cmdlet with all its parameters, those with a place first; a line for each set of parameters. */
export function syntaxLines({ name, parameters, changes }: CmdletDefinition): string[] {
  const all = Object.entries(parameters);
  const sets = new Set(all.flatMap(([, { inSets }]) => inSets ?? []));
  const rank = ([, { position, required }]: (typeof all)[number]) => position ?? (required ? 100 : 200);
  const line = (set?: string) =>
    [
      name,
      ...all
        .filter(([, { inSets }]) => set === undefined || !inSets || inSets.includes(set))
        .toSorted((a, b) => rank(a) - rank(b))
        .map(([shown, parameter]) => syntaxOf(shown, parameter)),
      ...(changes ? ['[-WhatIf]', '[-Confirm]'] : []),
    ].join(' ');
  return sets.size === 0 ? [line()] : [...sets].map(line);
}
