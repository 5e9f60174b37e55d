import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TransportName } from '@parley/sip';
import { stringify } from 'yaml';
import { type Child, start } from './child.ts';

export const BIN = join(import.meta.dirname, '../../bin/parley.js');

/** A folder that goes with the test. World-readable, because Dovecot reads mail below it as another user. */
export function testFolder(t: Pick<TestContext, 'after'>, mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-'));
  chmodSync(folder, mode);
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A server of the real program, started as an administrator starts it. */
export interface Server {
  readonly child: Child;
  readonly data: string;
  /** "127.0.0.1:PORT" for UDP. */
  readonly udp: string;
  readonly tcp: string;
  readonly health: string;
  /** "127.0.0.1:PORT" or "[::1]:PORT": the first listen point of that transport. Throws when there is none. */
  at(transport: TransportName): string;
  /** Runs a `parley` command on this server; resolves with what it printed and its exit code. */
  run(...args: readonly string[]): Promise<{ code: number | string; output: string }>;
}

/** Configuration that differs from the tests' own, by the keys of the file. */
export type ConfigChange = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Starts `parley serve` on free loopback ports and resolves when it is ready to answer calls. */
export async function startServer(
  t: Pick<TestContext, 'after'>,
  options: {
    readonly data: string;
    readonly config?: ConfigChange;
    readonly env?: NodeJS.ProcessEnv;
    readonly under?: readonly string[];
  },
): Promise<Server> {
  const { data, config = {}, under = [] } = options;
  mkdirSync(data, { recursive: true });
  const file = join(data, 'test.yaml');
  const base = {
    sip: { listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] },
    rtp: { address: '127.0.0.1' },
    http: { port: 0 },
    speech: { engine: 'none' },
    // Recordings of tests are short: a machine whose disk is nearly full still runs them.
    spool: { reserveMiB: 16 },
    log: { level: 'debug', maskNumbers: false },
  };
  const merged: Record<string, unknown> = { ...base, ...config };
  for (const [key, group] of Object.entries(base)) merged[key] = { ...group, ...config[key] };
  writeFileSync(file, stringify(merged));
  const [command, ...args] = [...under, process.execPath, BIN, 'serve', '--data', data, '--config', file];
  const child = start(t, command, args, { env: options.env ?? process.env });
  const [, listening] = await child.prints(/(\{.*"msg":"ready".*\})/, 60);
  const points: Readonly<Record<string, string>> = JSON.parse(listening);
  const { udp, tcp, health } = points;
  return {
    child,
    data,
    udp,
    tcp,
    health,
    at(transport) {
      if (points[transport] === undefined) throw new Error(`the server does not listen for ${transport}`);
      return points[transport];
    },
    async run(...words) {
      const command = start(t, process.execPath, [BIN, ...words, '--data', data]);
      return { code: await command.ended, output: command.output() };
    },
  };
}
