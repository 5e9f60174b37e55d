import { InvalidLine } from '../command.ts';
import { LONGEST_SCRIPT } from '../language/parse.ts';
import { createShell } from '../shell.ts';
import { localFiles } from './files.ts';
import { lineOptions } from './line-options.ts';
import { quoteBack } from './quote-back.ts';
import { type Connect, interruptible } from './run-line.ts';
import { serverOf } from './server.ts';
import { type Terminal, terminalHost } from './terminal.ts';

export const RUN_HELP = [
  'Usage: parley run FILE [-Name VALUE ...] [--data DIR] [--no-color]',
  '',
  'Runs a script of cmdlets. What its param(...) names is given behind the file.',
  'Exit codes: 0 done, 1 something was refused or failed, 2 something was not understood, or what its "exit" says.',
  '',
  'Example:',
  '  parley run new-office.ps1 -Site Redmond',
  '',
].join('\n');

/** `parley run FILE ...`. Resolves with the exit code; rejects with a `ParleyError` when the file cannot be read, `InvalidLine` without one. */
export async function runScript(
  argv: readonly string[],
  terminal: Terminal,
  { connect }: Connect = {},
): Promise<number> {
  const options = lineOptions(argv);
  const { words, json, help, isPlain } = options;
  const [file, ...behind] = words;
  if (help) {
    terminal.out(RUN_HELP);
    return 0;
  }
  if (file === undefined) throw new InvalidLine('run needs the name of a script');
  if (json) throw new InvalidLine('run has no --json: a script says itself what it prints, with ConvertTo-Json');
  const source = new TextDecoder().decode(await localFiles.read(file, LONGEST_SCRIPT * 4));
  const shell = createShell(
    terminalHost(terminal, {
      isPlain,
      server: await serverOf(options, terminal.environment),
      ...(connect ? { connect } : {}),
    }),
  );
  using interrupt = interruptible();
  return await shell.execute(source.replaceAll('\r\n', '\n'), {
    signal: interrupt.signal,
    behind: (await quoteBack(['script', ...behind])).source.slice('script'.length),
  });
}
