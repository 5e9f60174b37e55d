import { Readable } from 'node:stream';
import type { ProblemDetails } from '../errors/problem-details.ts';
import type { Progress } from '../run/ports.ts';

/** The media type of lines of JSON. */
export const LINES_TYPE = 'application/x-ndjson';

/** Hundredths of the whole between two words about it. */
const PARTS = 100;

export interface LongWork<T> {
  readonly work: (onProgress: (progress: Progress) => void) => Promise<T>;
  readonly problemOf: (thrown: unknown) => ProblemDetails;
}

/**
 * Work that takes long, as lines of JSON: `{progress}` as it goes on, and one `{answer}` or `{problem}` at the end. The status of the
 * answer has been sent before: the last line tells how it ended.
 */
export function progressLines<T>({ work, problemOf }: LongWork<T>): Readable {
  const lines = new Readable({ read() {} });
  const say = (line: object) => void lines.push(`${JSON.stringify(line)}\n`);
  let last: Progress | undefined;
  const onProgress = (progress: Progress) => {
    const isNews = progress.step !== last?.step || progress.done - last.done >= (progress.of ?? 0) / PARTS;
    if (!isNews) return;
    last = progress;
    say({ progress });
  };
  work(onProgress).then(
    answer => {
      say({ answer });
      lines.push(null);
    },
    (thrown: unknown) => {
      say({ problem: problemOf(thrown) });
      lines.push(null);
    },
  );
  return lines;
}
