import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_FUNCTIONS = 20;
const LONGEST_NAME = 110;
const ROOT = join(import.meta.dirname, '..');

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** What we read of a V8 profile. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds by function: in itself, and with all that it calls. */
interface Times {
  readonly own: ReadonlyMap<string, number>;
  readonly whole: ReadonlyMap<string, number>;
}

/** Where the time of each profile in a folder went (there is one for each thread and process). */
export function summarise(folder: string): string {
  const files = readdirSync(folder).filter(name => name.endsWith('.cpuprofile'));
  return files
    .map(name => `${name}\n${topFunctions(timesOf(JSON.parse(readFileSync(join(folder, name), 'utf8'))))}`)
    .join('\n\n');
}

function topFunctions({ own, whole }: Times): string {
  const idle = own.get('(idle)') ?? 0;
  const busy = [...own.values()].reduce((total, time) => total + time, 0) - idle;
  const list = (times: ReadonlyMap<string, number>, counts: (name: string) => boolean) =>
    [...times]
      .filter(([name]) => counts(name))
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_FUNCTIONS)
      .map(([name, time]) => `    ${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`);
  return [
    `  busy ${(busy / 1e6).toFixed(1)} s, idle ${(idle / 1e6).toFixed(1)} s`,
    '  in the function itself:',
    ...list(own, name => name !== '(idle)'),
    '  with all that it calls (ours only):',
    ...list(whole, name => name.includes(' packages/')),
  ].join('\n');
}

function timesOf({ nodes, samples, timeDeltas }: CpuProfile): Times {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const selfTimes = new Map<number, number>();
  for (const [i, id] of samples.entries()) selfTimes.set(id, (selfTimes.get(id) ?? 0) + timeDeltas[i]);
  const own = new Map<string, number>();
  const whole = new Map<string, number>();
  const add = (times: Map<string, number>, name: string, time: number) =>
    times.set(name, (times.get(name) ?? 0) + time);
  /** Adds up a node and what is below it. `above` are the names on the way down: a function that calls itself counts once. */
  const visit = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const name = nameOf(node.callFrame);
    const self = selfTimes.get(node.id) ?? 0;
    const inside = new Set(above).add(name);
    let total = self;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) total += visit(child, inside);
    }
    add(own, name, self);
    if (!above.has(name)) add(whole, name, total);
    return total;
  };
  if (nodes[0]) visit(nodes[0], new Set());
  return { own, whole };
}

function nameOf({ functionName, url, lineNumber }: ProfileNode['callFrame']): string {
  const name = (functionName || '(anonymous)').slice(0, LONGEST_NAME);
  if (url === '') return name;
  return `${name}  ${url.replace('file://', '').replace(`${ROOT}/`, '')}:${lineNumber + 1}`;
}
