import { ParleyError } from '@parley/base';
import { definitionOf, type Kind } from '@parley/schema';
import type { CmdletAnswer } from '../run/answer.ts';
import type { Progress } from '../run/ports.ts';
import { ask, parsed, refusedBy } from './exchange.ts';
import type { Place } from './place.ts';

export interface ImportOptions {
  /** Parameters of the cmdlet beside the table: `UMMailboxPolicy`. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly whatIf?: boolean;
  /** Told as it goes on, for a bar. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The server takes its time over 100,000 lines. */
const TIMEOUT_MILLIS = 600_000;
/** Longest line of the answer: the refused lines, each told in full. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Sends a table and hears how far it has come. See `AdminClient.importTable`. */
export async function importTable(
  place: Place,
  { kind, table }: { readonly kind: Kind; readonly table: AsyncIterable<Uint8Array> },
  { parameters = {}, whatIf, onProgress }: ImportOptions = {},
): Promise<CmdletAnswer> {
  const query = new URLSearchParams({ ...parameters, ...(whatIf ? { dryRun: 'true' } : {}) });
  const response = await ask(place, {
    method: 'POST',
    path: `/v1/${definitionOf(kind).path}/import?${query}`,
    headers: { accept: 'application/x-ndjson', 'content-type': 'text/csv' },
    content: table,
    timeoutMillis: TIMEOUT_MILLIS,
  });
  let last: Line | undefined;
  for await (const text of linesOf(response, place)) {
    last = parsed<Line>(text);
    if (last.progress) onProgress?.(last.progress);
  }
  if (last?.answer) return last.answer;
  const problem = last?.problem ?? last;
  if (problem && 'status' in problem) throw refusedBy(Number(problem.status), problem);
  throw new ParleyError('SERVER_UNREACHABLE', 'the server hung up before it said how the import ended');
}

/** One line of the answer; a refusal that came before anything began is a problem itself. */
interface Line {
  readonly progress?: Progress;
  readonly answer?: CmdletAnswer;
  readonly problem?: { readonly status: number };
  readonly status?: number;
}

async function* linesOf(response: AsyncIterable<Uint8Array>, place: Place): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of response) {
      rest += decoder.decode(chunk, { stream: true });
      if (rest.length > LONGEST_LINE) throw new RangeError('its answer is too long');
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw place.unreachable(error);
  }
  if (rest !== '') yield rest;
}
