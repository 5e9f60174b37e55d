import { clean, cleanLine } from '../../print/clean.ts';
import { all, type BuiltIn, type Call, inputOf, parameter } from '../command.ts';
import { textOf } from '../convert.ts';
import { ShellFailure } from '../failure.ts';
import { coloured } from '../layout.ts';
import { printed } from '../print-values.ts';
import type { Value } from '../values.ts';

const MESSAGE = [{ name: 'Message', aliases: ['Object', 'InputObject', 'MessageData'], position: 0, takesRest: true }];
const MESSAGE_HELP = { Message: 'What is written.' };

/** What was given, or what comes through the pipeline. */
async function* messages(call: Call): AsyncGenerator<Value> {
  const given = parameter(call, 'Message');
  if (given === undefined) yield* inputOf(call);
  else if (Array.isArray(given)) yield* given;
  else yield given;
}

async function together(call: Call): Promise<string> {
  const texts: string[] = [];
  for await (const each of messages(call)) texts.push(textOf(each));
  return texts.join(' ');
}

export const writeOutput: BuiltIn = {
  name: 'Write-Output',
  aliases: ['echo', 'write'],
  summary: 'Gives values to the pipeline.',
  takes: [...MESSAGE, { name: 'NoEnumerate', isSwitch: true }],
  help: { ...MESSAGE_HELP, NoEnumerate: 'Taken and not used.' },
  examples: ["Write-Output 'done'"],
  run: messages,
};

const lineTo = (
  name: string,
  options: { readonly summary: string; readonly write: (call: Call, text: string) => void },
): BuiltIn => ({
  name,
  summary: options.summary,
  takes: [...MESSAGE, { name: 'ForegroundColor' }, { name: 'BackgroundColor' }, { name: 'NoNewline', isSwitch: true }],
  help: {
    ...MESSAGE_HELP,
    ForegroundColor: 'Taken and not used.',
    BackgroundColor: 'Taken and not used.',
    NoNewline: 'Without the end of the line.',
  },
  examples: [`${name} 'nearly done'`],
  async *run(call) {
    options.write(call, await together(call));
    yield* [];
  },
});

export const writeHost = lineTo('Write-Host', {
  summary: 'Prints a text, whatever becomes of the pipeline.',
  write: (call, text) =>
    call.session.print(
      text.split('\n').map(cleanLine).join('\n') + (parameter(call, 'NoNewline') === true ? '' : '\n'),
    ),
});

/** A warning, in yellow. */
export function warn({ session }: Pick<Call, 'session'>, text: string): void {
  session.budget.output(text.length);
  session.host.err(`${coloured(`WARNING: ${clean(text)}`, 'yellow', session.host)}\n`);
}

/** What is told with -Verbose only. */
export function verbose(call: Call, text: string): void {
  if (parameter(call, 'Verbose') === true)
    call.session.host.err(`${coloured(`VERBOSE: ${clean(text)}`, 'yellow', call.session.host)}\n`);
}

export const writeWarning = lineTo('Write-Warning', { summary: 'Prints a warning.', write: warn });
export const writeVerbose = lineTo('Write-Verbose', {
  summary: 'Prints a text when -Verbose is given.',
  write: verbose,
});

export const writeError: BuiltIn = {
  name: 'Write-Error',
  summary: 'Tells that something failed; the script goes on, unless -ErrorAction is Stop.',
  takes: MESSAGE,
  help: MESSAGE_HELP,
  examples: ["Write-Error 'no such person' -ErrorAction SilentlyContinue"],
  async *run(call) {
    const message = await together(call);
    call.session.report(
      new ShellFailure(message, { at: call.at, command: 'Write-Error', code: 'WRITTEN' }),
      call.errorAction,
    );
    yield* [];
  },
};

export const outNull: BuiltIn = {
  name: 'Out-Null',
  summary: 'Drops everything that comes.',
  takes: [],
  help: {},
  examples: ['Get-UMDialPlan | Out-Null'],
  async *run(call) {
    for await (const _ of inputOf(call));
    yield* [];
  },
};

export const outString: BuiltIn = {
  name: 'Out-String',
  summary: 'Makes one text of what would be printed.',
  takes: [{ name: 'Width' }, { name: 'Stream', isSwitch: true }],
  help: { Width: 'Columns; those of the terminal when not given.', Stream: 'Its lines, one by one.' },
  examples: ['Get-UMDialPlan | Out-String'],
  async *run(call) {
    const wide = parameter(call, 'Width');
    const columns = typeof wide === 'number' && wide > 0 ? Math.min(wide, 10_000) : call.session.host.columns;
    const text = printed(await all(call), { columns, colours: false });
    yield parameter(call, 'Stream') === true ? text.trimEnd().split('\n') : text;
  },
};

export const outHost: BuiltIn = {
  name: 'Out-Host',
  aliases: ['oh', 'Out-Default'],
  summary: 'Prints what comes.',
  takes: [{ name: 'Paging', isSwitch: true }],
  help: { Paging: 'Taken and not used.' },
  examples: ['Get-UMDialPlan | Out-Host'],
  async *run(call) {
    call.session.print(printed(await all(call), call.session.host));
    yield* [];
  },
};
