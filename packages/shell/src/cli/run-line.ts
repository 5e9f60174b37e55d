import { createShell } from '../shell.ts';
import { lineOptions } from './line-options.ts';
import { quoteBack } from './quote-back.ts';
import { serverOf } from './server.ts';
import { type Terminal, type TerminalOptions, terminalHost } from './terminal.ts';

export type Connect = Pick<TerminalOptions, 'connect'>;

/** Ends what runs when a terminal's Ctrl-C comes; gives the signal, and what takes the listener away again. */
export function interruptible(): Disposable & { readonly signal: AbortSignal } {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end);
  return { signal: ending.signal, [Symbol.dispose]: () => void process.off('SIGINT', end) };
}

/** `parley Set-UMMailbox ann ...`: one line that a shell of the operating system has cut into words. Resolves with the exit code. */
export async function runLine(argv: readonly string[], terminal: Terminal, { connect }: Connect = {}): Promise<number> {
  const options = lineOptions(argv);
  const { words, json, help, isPlain } = options;
  const shell = createShell(
    terminalHost(terminal, {
      isPlain,
      server: await serverOf(options, terminal.environment),
      ...(connect ? { connect } : {}),
    }),
  );
  const { source, script } = help
    ? await quoteBack(['Get-Help', ...words.slice(0, 1), '-Full'])
    : await quoteBack(words, json ? ['|', 'ConvertTo-Json', '-AsArray'] : []);
  using interrupt = interruptible();
  return await shell.execute(source, { signal: interrupt.signal, ...(script ? { script } : {}) });
}
