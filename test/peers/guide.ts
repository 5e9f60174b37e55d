import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { runCommand } from '@parley/shell';
import { parse } from 'yaml';
import { blocksOf, documents } from './documents.ts';
import { type Server, startServer } from './parley.ts';
import { freePort } from './ports.ts';
import { type Seed, seedData } from './seed.ts';

const run = promisify(execFile);

/** What stands in the guides, and what stands for it on this machine. */
const HERE: readonly (readonly [string, string])[] = [
  ['0.0.0.0', '127.0.0.1'],
  ["'::'", "'::1'"],
  ['[::]', '[::1]'],
  ['192.0.2.20', '127.0.0.1'],
  // The telephone system, the proxy.
  ['192.0.2.10', '127.0.0.2'],
  ['192.0.2.5', '127.0.0.3'],
];
/** Where the guides keep certificates. */
const CONFIGURATION = '/etc/parley/';

/** The examples of one page of docs/guides. */
export class Guide {
  readonly #blocks: ReturnType<typeof blocksOf>;

  constructor(name: string) {
    const document = documents().find(({ path }) => path === `docs/guides/${name}.md`);
    if (!document) throw new Error(`there is no guide ${name}`);
    this.#blocks = blocksOf(document);
  }

  /** Its blocks of that language, as they stand there. */
  blocks(language: string): readonly string[] {
    return this.#blocks.filter(block => block.language === language).map(({ code }) => code);
  }

  /** Its lines that begin with "parley", of all blocks or of one, made for this machine. */
  commands(block?: number): readonly string[] {
    const blocks = this.blocks('sh').map(code => code.split('\n').filter(line => line.startsWith('parley ')));
    const withCommands = blocks.filter(lines => lines.length > 0);
    return (block === undefined ? withCommands.flat() : withCommands[block]).map(line => here(line));
  }
}

/** Text of a guide with addresses of this machine. */
export function here(text: string): string {
  return HERE.reduce((changed, [there, instead]) => changed.replaceAll(there, instead), text);
}

/** Runs a shell block in that folder; any line that fails makes it fail. */
export async function runShell(code: string, folder: string): Promise<void> {
  await run('/bin/sh', ['-e', '-c', code], { cwd: folder });
}

/** Runs client commands on a server one after the other, without a process for each. */
export async function runCommands(server: Server, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(match => match[1] ?? match[2]).slice(1);
    let output = '';
    const print = (text: string) => {
      output += text;
    };
    const code = await runCommand([...words, '--data', server.data], { stdout: print, stderr: print });
    if (code !== 0) throw new Error(`${line}\nended with ${code}: ${output}`);
  }
}

export interface GuidedOptions {
  /** A YAML block of a guide. */
  readonly yaml: string;
  /** Where the test keeps what the guide has in /etc/parley, and the data of the server. */
  readonly folder: string;
  readonly seed?: Seed;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a server with the configuration of a guide, made for this machine: every port a free one, known by `server.at`. */
export async function startGuided(t: Pick<TestContext, 'after'>, options: GuidedOptions): Promise<Server> {
  const { yaml, folder, seed, env } = options;
  const data = join(folder, 'data');
  await seedData(data, seed);
  let text = here(yaml).replaceAll(CONFIGURATION, `${folder}/`);
  for (const port of new Set(yaml.match(/(?<=\w+:[\w.:[\]]+:)\d+(?=')/g)))
    text = text.replaceAll(`:${port}'`, `:${await freePort()}'`);
  const config = parse(text) as Record<string, Record<string, unknown>>;
  return startServer(t, { data, config, ...(env && { env }) });
}
