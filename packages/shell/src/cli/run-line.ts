import { type Clock, systemClock } from '@parley/base';
import { createShell } from '../shell.ts';
import { lineOptions } from './line-options.ts';
import { quoteBack } from './quote-back.ts';
import { serverOf } from './server.ts';
import { type Terminal, type TerminalOptions, terminalHost } from './terminal.ts';

export type Connect = Pick<TerminalOptions, 'connect'>;

/** One Ctrl-C may come twice: to the whole group of processes, and from whoever started this one. */
const ANOTHER_AFTER_MILLIS = 500;

/**
 * Ends what runs when a terminal's Ctrl-C comes; gives the signal, and what takes the listener away again. Another Ctrl-C ends the process,
 * whatever it waits for.
 */
export function interruptible(clock: Clock = systemClock): Disposable & { readonly signal: AbortSignal } {
  const ending = new AbortController();
  let first: number | undefined;
  const end = () => {
    first ??= clock.monotonic();
    ending.abort();
    if (clock.monotonic() - first < ANOTHER_AFTER_MILLIS) return;
    process.off('SIGINT', end);
    process.kill(process.pid, 'SIGINT');
  };
  process.on('SIGINT', end);
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
