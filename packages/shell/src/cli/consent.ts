import { createInterface, type Interface } from 'node:readline/promises';
import { codeOf } from '@parley/base';
import { interrupted } from '../run/failure.ts';
import type { Consent } from '../run/host.ts';

const ANSWERS: ReadonlyMap<string, Consent> = new Map([
  ['', 'yes'],
  ['y', 'yes'],
  ['yes', 'yes'],
  ['n', 'no'],
  ['no', 'no'],
  ['a', 'all'],
  ['l', 'none'],
]);

/** Asks until the answer is one. `question` rejects when the terminal is gone. */
export async function askOn(
  lines: Pick<Interface, 'question'>,
  question: string,
  signal: AbortSignal,
): Promise<Consent> {
  for (;;) {
    const typed = await lines.question(
      `${question}\n[Y] Yes  [A] Yes to All  [N] No  [L] No to All (default is "Y"): `,
      { signal },
    );
    const answer = ANSWERS.get(typed.trim().toLowerCase());
    if (answer) return answer;
  }
}

/** Asks on a terminal that nothing else reads from. Rejects with `INTERRUPTED` when Ctrl-C or Ctrl-D answers, or the terminal is gone. */
export async function askOnce(
  { input, output }: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream },
  question: string,
  signal: AbortSignal,
): Promise<Consent> {
  const lines = createInterface({ input, output });
  const gone = new Promise<never>((_, reject) => lines.once('close', () => reject(interrupted())));
  try {
    return await Promise.race([askOn(lines, question, signal), gone]);
  } catch (error) {
    throw codeOf(error) === 'ABORT_ERR' ? interrupted() : error;
  } finally {
    lines.close();
  }
}
