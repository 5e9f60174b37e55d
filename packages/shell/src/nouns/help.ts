import type { Property } from '@parley/schema';
import type { Noun, Option, Verb } from '../command.ts';
import { wrapped } from '../help/cmdlet-help.ts';
import { COMMON_OPTIONS, dashed } from '../options.ts';

/** Columns of a terminal. */
const COLUMNS = 80;

const positional = (name: string) => (name.endsWith('?') ? `[${name.slice(0, -1)}]` : name);

/** How a verb is typed: `parley mailbox set IDENTITY [OPTIONS]`. */
function usage(noun: Noun, verb: Verb): string {
  return ['parley', noun.name, verb.name, ...verb.positionals.map(positional), '[OPTIONS]'].filter(Boolean).join(' ');
}

/** What may be given for a property, in brackets behind its help. */
function limits(property: Property): string {
  const notes: string[] = [];
  if (property.type === 'choice') notes.push(property.values.join(', '));
  if (property.type === 'integer')
    notes.push(
      `${property.min} to ${property.max}${property.unit ? ` ${property.unit}` : ''}${property.orUnlimited ? ' or Unlimited' : ''}`,
    );
  if (property.type === 'flag') notes.push('true, false');
  if (property.type === 'list') notes.push('separated by commas');
  if (property.type === 'ref') notes.push(`name or id of a ${property.to}`);
  if ('required' in property && property.required) notes.push('required');
  const initial = 'default' in property ? property.default : undefined;
  if (initial !== undefined && !Array.isArray(initial)) notes.push(`default ${initial}`);
  if (property.inactive) notes.push('no effect in this version');
  return notes.length > 0 ? ` (${notes.join('; ')})` : '';
}

function optionLine(option: Option): string {
  const value = option.property || option.takes !== 'nothing' ? ' VALUE' : '';
  const help = wrapped(`${option.help}${option.property ? limits(option.property) : ''}`, {
    columns: COLUMNS,
    indent: 6,
  });
  return [`  --${dashed(option.name)}${value}`, ...help].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', `${title}:`, ...lines] : [];
}

/** The help of one verb, with its options and examples. */
export function verbHelp(noun: Noun, verb: Verb): string {
  const groups = Map.groupBy(verb.options, option => option.property?.group ?? 'Options');
  return [
    `Usage: ${usage(noun, verb)}`,
    '',
    ...wrapped(`${noun.summary} This will ${verb.summary}.`, { columns: COLUMNS, indent: 0 }),
    ...[...groups].flatMap(([group, options]) => section(group, options.map(optionLine))),
    ...section('With every command', COMMON_OPTIONS.map(optionLine)),
    ...section(
      'Examples',
      verb.examples.map(line => `  ${line}`),
    ),
    '',
  ].join('\n');
}

/** The help of a noun: its verbs. */
export function nounHelp(noun: Noun): string {
  if (noun.verbs.length === 1 && noun.verbs[0].name === '') return verbHelp(noun, noun.verbs[0]);
  const longest = Math.max(...noun.verbs.map(verb => verb.name.length));
  return [
    `Usage: parley ${noun.name} VERB [OPTIONS]`,
    '',
    ...wrapped(noun.summary, { columns: COLUMNS, indent: 0 }),
    ...section(
      'Verbs',
      noun.verbs.map(verb => `  ${verb.name.padEnd(longest)}  ${verb.summary}`),
    ),
    ...section(
      'Examples',
      noun.verbs.flatMap(verb => verb.examples.slice(0, 1).map(line => `  ${line}`)),
    ),
    '',
    `"parley ${noun.name} VERB --help" has every option.`,
    '',
  ].join('\n');
}
