/** One call of the system, from a trace by `strace -f -ttt -T -yy -xx`. */
export interface TracedCall {
  readonly name: string;
  /** The file, or "UDP:[127.0.0.1:20000]", behind its first argument. */
  readonly target: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly result: number;
  /** The first buffer it was given, as far as it was traced. */
  readonly bytes: Buffer;
}

const BEGUN = /^\d+ +([\d.]+) (\w+)\(\d+<((?:\\x[0-9a-f]{2}|[^>])*)>/;
const ENDED = /\) += (-?\d+).*<([\d.]+)>$/;
const RESUMED = /^(\d+) +([\d.]+) <\.\.\. \w+ resumed>/;

/** Reads a trace; calls whose end is not in it are left out. In the order in which they began. */
export function parseTrace(text: string): TracedCall[] {
  const calls: TracedCall[] = [];
  const unfinished = new Map<string, string>();
  for (const line of text.split('\n')) {
    const thread = line.slice(0, line.indexOf(' '));
    const resumed = RESUMED.exec(line);
    if (line.endsWith('<unfinished ...>')) unfinished.set(thread, line);
    else if (!resumed) add(calls, line, line);
    else add(calls, unfinished.get(resumed[1]) ?? '', line);
  }
  return calls.sort((a, b) => a.startedAt - b.startedAt);
}

function add(calls: TracedCall[], beginning: string, end: string): void {
  const begun = BEGUN.exec(beginning);
  const ended = ENDED.exec(end);
  if (!begun || !ended) return;
  const startedAt = Number(begun[1]);
  calls.push({
    name: begun[2],
    target: bytesOf(begun[3]).toString() || begun[3],
    startedAt,
    endedAt: startedAt + Number(ended[2]),
    result: Number(ended[1]),
    bytes: bytesOf(
      /"((?:\\x[0-9a-f]{2})*)"/.exec(beginning.slice(begun[0].length).replace(/inet_addr\("[^"]*"\)/, ''))?.[1] ?? '',
    ),
  });
}

/** "\x41\x42" as bytes. */
function bytesOf(hexadecimal: string): Buffer {
  return Buffer.from(hexadecimal.replaceAll('\\x', ''), 'hex');
}
