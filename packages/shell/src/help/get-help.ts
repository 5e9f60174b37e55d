import { matches, nearest } from '@parley/schema';
import { type BuiltIn, type Call, parameter } from '../run/command.ts';
import { textOf, truthOf } from '../run/convert.ts';
import { usage } from '../run/failure.ts';
import { Formatted, ShellObject, type Value } from '../run/values.ts';
import { builtInHelp, cmdletHelp, type Extent, parameterLines } from './cmdlet-help.ts';

const ABOUT = [
  'Get-Help NAME            what a command does, its parameters and examples',
  'Get-Help NAME -Examples  only its examples; they run as they are',
  'Get-Help NAME -Full      every parameter with what is allowed',
  'Get-Help NAME -Parameter P*',
  'Get-Command *UM*         the names of commands; Get-Command -Noun UMDialPlan',
  '',
];

export const getHelp: BuiltIn = {
  name: 'Get-Help',
  aliases: ['help', 'man'],
  summary: 'Shows what a command does, its parameters and examples.',
  takes: [
    { name: 'Name', position: 0 },
    { name: 'Examples', isSwitch: true },
    { name: 'Full', isSwitch: true },
    { name: 'Detailed', isSwitch: true },
    { name: 'Parameter' },
  ],
  help: {
    Name: 'The name of a command, with * for several.',
    Examples: 'Only its examples.',
    Full: 'Every parameter with what is allowed.',
    Detailed: 'The same.',
    Parameter: 'Only these parameters, with * for several.',
  },
  examples: ['Get-Help New-UMDialPlan -Examples', 'Get-Help Set-UMMailbox -Parameter *Greeting*'],
  async *run(call) {
    const name = textOf(parameter(call, 'Name') ?? null);
    if (name === '') yield new Formatted(ABOUT);
    else if (/[*?]/.test(name)) yield* overview(call, name);
    else yield new Formatted(await helpOf(call, name));
  },
};

async function* overview({ session }: Call, pattern: string): AsyncGenerator<Value> {
  for (const { name, summary } of [...session.host.cmdlets, ...(await session.language())])
    if (matches({ op: 'like', property: 'name', value: pattern }, { name }))
      yield new ShellObject('Help', [
        ['Name', name],
        ['Synopsis', summary],
      ]);
}

async function helpOf(call: Call, name: string): Promise<string[]> {
  const { session } = call;
  const { columns } = session.host;
  const cmdlet = session.cmdlet(name);
  const only = parameter(call, 'Parameter');
  if (cmdlet && only !== undefined) {
    const wanted = Object.entries(cmdlet.parameters).filter(([shown]) =>
      matches({ op: 'like', property: 'name', value: textOf(only).replace(/^-/, '') }, { name: shown }),
    );
    if (wanted.length > 0) return wanted.flatMap(each => parameterLines(each, columns));
    const near = nearest(textOf(only), Object.keys(cmdlet.parameters));
    throw usage(
      `${cmdlet.name} has no parameter ${JSON.stringify(textOf(only).slice(0, 60))}: ${near}`,
      call.given.get('Parameter')?.at,
    );
  }
  if (cmdlet) return cmdletHelp(cmdlet, { extent: extentOf(call), columns });
  const builtIn = await session.builtIn(name);
  if (builtIn) return builtInHelp(builtIn, columns);
  const known = [...session.host.cmdlets, ...(await session.language())].map(each => each.name);
  throw usage(
    `there is no help for ${JSON.stringify(name.slice(0, 60))}: ${nearest(name, known)}`,
    call.given.get('Name')?.at,
  );
}

function extentOf(call: Call): Extent {
  if (truthOf(parameter(call, 'Examples') ?? null)) return 'examples';
  return truthOf(parameter(call, 'Full') ?? null) || truthOf(parameter(call, 'Detailed') ?? null) ? 'full' : 'short';
}
