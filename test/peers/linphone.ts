import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AuthorityFiles, CertificateFiles } from './authority.ts';
import { type Child, start } from './child.ts';
import { freePort, freePorts } from './ports.ts';

/** A linphonec that takes commands. */
export interface Linphone {
  readonly child: Child;
  /** Types a line: `call sip:...`, `terminate`, a key, `quit`. */
  type(line: string): void;
}

export interface LinphoneOptions {
  readonly program: string;
  readonly folder: string;
  /** What it says. */
  readonly wav: string;
  /** Where it records what it hears. */
  readonly heard: string;
  /** 'udp' when left out. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** What it knows and shows over 'tls'; there its media are encrypted, or there is no call. */
  readonly tls?: { readonly authority: AuthorityFiles; readonly own: CertificateFiles };
}

/** Starts linphonec with files instead of a sound card. */
export async function startLinphone(t: TestContext, options: LinphoneOptions): Promise<Linphone> {
  const { program, folder, wav, heard, transport = 'udp', tls } = options;
  mkdirSync(join(folder, '.local/share/linphone'), { recursive: true });
  const [sip, rtp] = [await freePort(), await freePorts(2)];
  const rc = join(folder, 'linphonerc');
  const lines = [
    ...linphoneListens(transport, sip),
    'contact="Bob Linphone" <sip:bob@127.0.0.1>',
    ...(tls ? encrypted(tls) : []),
    '[rtp]',
    `audio_rtp_port=${rtp}`,
    '[video]',
    'enabled=0',
  ];
  writeFileSync(rc, `${lines.join('\n')}\n`);
  const child = start(t, program, ['-c', rc], { env: { ...process.env, HOME: folder }, input: true });
  const type = (line: string) => void child.process.stdin?.write(`${line}\n`);
  await child.prints(/linphonec>/);
  for (const line of ['soundcard use files', `play ${wav}`, `record ${heard}`]) type(line);
  await child.prints(/Using wav files instead of soundcard[\s\S]*linphonec>/);
  return { child, type };
}

/** The beginning of its section [sip]. */
export function linphoneListens(transport: 'udp' | 'tcp' | 'tls', port: number): string[] {
  // 0 is "any port", and a port of its own for UDP has to be there.
  const ports = { udp: port, tcp: 0, tls: 0, [transport]: port };
  return [
    '[sip]',
    `sip_port=${ports.udp}`,
    `sip_tcp_port=${ports.tcp}`,
    `sip_tls_port=${ports.tls}`,
    'use_ipv6=0',
    'ipv6_migration_done=1',
  ];
}

function encrypted({ authority, own }: Required<LinphoneOptions>['tls']): string[] {
  return [
    `root_ca=${authority.file}`,
    'verify_server_certs=1',
    'verify_server_cn=1',
    `client_cert_chain=${own.certificate}`,
    `client_cert_key=${own.key}`,
    'media_encryption=srtp',
    'media_encryption_mandatory=1',
  ];
}
