import type { CmdletDefinition, Parameter } from '@parley/schema';
import type { BuiltIn } from '../run/command.ts';
import { limitsOf, syntaxLines, typeOf } from './parameter-help.ts';

/** How much of the help is shown. */
export type Extent = 'short' | 'full' | 'examples';

/** A text in lines of a width, each after an indent. */
export function wrapped(
  text: string,
  { columns, indent = 4 }: { readonly columns: number; readonly indent?: number },
): string[] {
  const room = Math.max(20, columns - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].map(each => ' '.repeat(indent) + each);
}

const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? [title, ...lines, ''] : []);

/** What a parameter is, in lines. */
export function parameterLines([name, parameter]: readonly [string, Parameter], columns: number): string[] {
  const { property, isSwitch } = parameter;
  const notes = limitsOf(parameter);
  return [
    `    -${name}${isSwitch ? '' : ` <${typeOf(property)}>`}`,
    ...wrapped(property.help, { columns, indent: 8 }),
    ...(notes.length > 0 ? wrapped(`(${notes.join('; ')})`, { columns, indent: 8 }) : []),
    '',
  ];
}

function exampleLines({ examples }: CmdletDefinition, columns: number): string[] {
  return examples.flatMap(({ says, line, before = [] }, i) => [
    `    ${i + 1}. ${says}`,
    ...before.map(each => `    PS> ${each}`),
    ...wrapped(`PS> ${line}`, { columns: Math.max(columns, line.length + 10) }),
    '',
  ]);
}

/** The help of a cmdlet, made of its declaration. */
export function cmdletHelp(
  cmdlet: CmdletDefinition,
  { extent, columns }: { readonly extent: Extent; readonly columns: number },
): string[] {
  const { name, summary, parameters, aliases = [], asks } = cmdlet;
  const head = ['NAME', `    ${name}`, '', 'SYNOPSIS', ...wrapped(summary, { columns }), ''];
  const examples = section('EXAMPLES', exampleLines(cmdlet, columns).slice(0, -1));
  if (extent === 'examples') return [...head, ...examples];
  return [
    ...head,
    ...section(
      'SYNTAX',
      syntaxLines(cmdlet).flatMap(line => wrapped(line, { columns })),
    ),
    ...section(
      'ALIASES',
      aliases.map(alias => `    ${alias}`),
    ),
    ...(asks ? ['REMARKS', '    It asks before it does this; -Confirm:$false answers beforehand.', ''] : []),
    ...(extent === 'full'
      ? section(
          'PARAMETERS',
          Object.entries(parameters)
            .flatMap(each => parameterLines(each, columns))
            .slice(0, -1),
        )
      : []),
    ...examples,
    ...(extent === 'short' ? [`"Get-Help ${name} -Full" has every parameter.`, ''] : []),
  ];
}

/** The help of a command of the language. */
export function builtInHelp(
  { name, summary, aliases = [], takes, help, examples }: BuiltIn,
  columns: number,
): string[] {
  const parameters = takes.filter(each => Object.hasOwn(help, each.name));
  const line = [name, ...parameters.map(each => `[-${each.name}${each.isSwitch ? '' : ' <Value>'}]`)].join(' ');
  return [
    ...['NAME', `    ${name}`, '', 'SYNOPSIS', ...wrapped(summary, { columns }), ''],
    ...section('SYNTAX', wrapped(line, { columns })),
    ...section(
      'ALIASES',
      aliases.map(alias => `    ${alias}`),
    ),
    ...section(
      'PARAMETERS',
      parameters.flatMap(each => [`    -${each.name}`, ...wrapped(help[each.name] ?? '', { columns, indent: 8 })]),
    ),
    ...section(
      'EXAMPLES',
      examples.map(each => `    PS> ${each}`),
    ),
  ];
}
