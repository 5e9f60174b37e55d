import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_FUNCTIONS = 25;
const ROOT = join(import.meta.dirname, '..');

/** What we read of a V8 profile. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The functions that cost most in each profile of a folder (a profile a thread), by their own time. */
export function summarise(folder: string): string {
  const files = readdirSync(folder).filter(name => name.endsWith('.cpuprofile'));
  return files
    .map(name => `${name}\n${topFunctions(JSON.parse(readFileSync(join(folder, name), 'utf8')))}`)
    .join('\n\n');
}

function topFunctions({ nodes, samples, timeDeltas }: CpuProfile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + timeDeltas[i]);
  }
  const idle = times.get('(idle)') ?? 0;
  times.delete('(idle)');
  const busy = [...times.values()].reduce((total, time) => total + time, 0);
  const top = [...times].sort(([, a], [, b]) => b - a).slice(0, MOST_FUNCTIONS);
  const lines = top.map(([name, time]) => `  ${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`);
  const seconds = (micros: number) => (micros / 1e6).toFixed(1);
  return [`  busy ${seconds(busy)} s, idle ${seconds(idle)} s`, ...lines].join('\n');
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName || '(anonymous)';
  const file = url.replace('file://', '').replace(`${ROOT}/`, '');
  return `${functionName || '(anonymous)'}  ${file}:${lineNumber + 1}`;
}
