import type { CmdletDefinition, Example, Parameter } from '@parley/schema';
import { limitsOf, syntaxLines, typeOf } from './parameter-help.ts';

/** A page of the reference: the cmdlets of one noun. */
export interface Page {
  /** `um-dial-plan.md`. */
  readonly file: string;
  readonly text: string;
}

const nounOf = ({ name }: CmdletDefinition) => name.slice(name.indexOf('-') + 1);

/** `UMDialPlan` as a file name: `um-dial-plan`. */
const dashed = (noun: string) =>
  noun
    .replace('VoIP', 'Voip')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** What Markdown would take for its own. */
const escaped = (text: string) => text.replace(/[\\|<>*_`[\]]/g, '\\$&');

const code = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

function parameterRow([name, parameter]: readonly [string, Parameter]): string {
  const { property, isSwitch } = parameter;
  const notes = limitsOf(parameter).map(escaped).join('; ');
  return `| \`-${name}\` | ${escaped(isSwitch ? 'switch' : typeOf(property))} | ${escaped(property.help)}${notes ? ` (${notes})` : ''} |`;
}

function exampleLines({ says, line, before = [] }: Example): string[] {
  return [`${escaped(says)}`, '', '```powershell', ...before, line, '```', ''];
}

function cmdletLines(cmdlet: CmdletDefinition): string[] {
  const { name, summary, parameters, aliases = [], asks, examples } = cmdlet;
  const rows = Object.entries(parameters).map(parameterRow);
  return [
    `## ${name}`,
    '',
    escaped(summary) + (aliases.length > 0 ? ` Also called ${aliases.map(code).join(', ')}.` : ''),
    ...(asks ? ['It asks before it does this, unless `-Confirm:$false` is given.'] : []),
    '',
    '```',
    ...syntaxLines(cmdlet),
    '```',
    '',
    ...(rows.length > 0 ? ['| Parameter | Takes | |', '|---|---|---|', ...rows, ''] : []),
    ...examples.flatMap(exampleLines),
  ];
}

/** The reference, made of the declarations: a page for each noun, and one that lists them all. */
export function referencePages(cmdlets: readonly CmdletDefinition[]): readonly Page[] {
  // Two spellings of the originals' are one noun: UMMailboxPin and UMMailboxPIN.
  const byNoun = Map.groupBy(cmdlets, cmdlet => nounOf(cmdlet).toLowerCase());
  const nouns = [...byNoun.values()]
    .map(all => [all[0] ? nounOf(all[0]) : '', all] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const pages = nouns.map(([noun, all]): Page => {
    const head = [
      `# ${noun}`,
      '',
      'Made of the declarations in `packages/schema`; `node packages/shell/test/write-reference.ts` makes it again.',
      '',
    ];
    return { file: `${dashed(noun)}.md`, text: `${[...head, ...all.flatMap(cmdletLines)].join('\n').trimEnd()}\n` };
  });
  const rows = nouns.flatMap(([noun, all]) =>
    all.map(({ name, summary }) => `| [${name}](${dashed(noun)}.md#${name.toLowerCase()}) | ${escaped(summary)} |`),
  );
  const index = [
    '# Cmdlets',
    '',
    `All ${cmdlets.length} of them. The language they are typed in: [the shell](../../guides/shell.md).`,
    '',
    '| Cmdlet | |',
    '|---|---|',
    ...rows,
  ];
  return [{ file: 'README.md', text: `${index.join('\n')}\n` }, ...pages];
}
