import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, start } from './child.ts';
import { freePort } from './ports.ts';

/** A linphonec that takes commands. */
export interface Linphone {
  readonly child: Child;
  /** Types a line: `call sip:...`, `terminate`, a key, `quit`. */
  type(line: string): void;
}

/** Starts linphonec with files instead of a sound card: it plays `wav` and records what it hears into `heard`. */
export async function startLinphone(
  t: TestContext,
  options: { readonly program: string; readonly folder: string; readonly wav: string; readonly heard: string },
): Promise<Linphone> {
  const { program, folder, wav, heard } = options;
  mkdirSync(join(folder, '.local/share/linphone'), { recursive: true });
  const [sip, rtp] = [await freePort(), 2 * Math.floor((await freePort()) / 2)];
  const rc = join(folder, 'linphonerc');
  writeFileSync(
    rc,
    `[sip]\nsip_port=${sip}\nsip_tcp_port=0\nsip_tls_port=0\nuse_ipv6=0\nipv6_migration_done=1\ncontact="Bob Linphone" <sip:bob@127.0.0.1>\n[rtp]\naudio_rtp_port=${rtp}\n[video]\nenabled=0\n`,
  );
  const child = start(t, program, ['-c', rc], { env: { ...process.env, HOME: folder }, input: true });
  const type = (line: string) => void child.process.stdin?.write(`${line}\n`);
  await child.prints(/linphonec>/);
  for (const line of ['soundcard use files', `play ${wav}`, `record ${heard}`]) type(line);
  await child.prints(/Using wav files instead of soundcard[\s\S]*linphonec>/);
  return { child, type };
}
