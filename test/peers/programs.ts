import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

/** The programs that tests talk to, and the Debian package that brings each. */
const PROGRAMS = {
  sipp: 'sip-tester',
  baresip: 'baresip-core',
  linphonec: 'linphone-cli',
  dovecot: 'dovecot-imapd',
  strace: 'strace',
  kamailio: 'kamailio kamailio-tls-modules',
  rtpengine: 'rtpengine-daemon',
  svmap: 'sipvicious',
  svwar: 'sipvicious',
  sipsak: 'sipsak',
  openssl: 'openssl',
  ffmpeg: 'ffmpeg',
  chromium: 'chromium',
} as const;

export type Program = keyof typeof PROGRAMS;

/** Full path of a program, or undefined. System folders are looked into as well: a plain user's PATH often lacks sbin. */
function find(program: Program): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map(folder => join(folder, program)).find(path => existsSync(path));
}

/**
 * The paths of the programs a test needs. When one is missing the test is left out loudly, with the line that installs it;
 * with PARLEY_PEERS=required it fails instead.
 * @returns undefined when the test has been left out: return at once.
 */
export function programs<const Names extends readonly Program[]>(
  t: TestContext,
  ...names: Names
): Readonly<Record<Names[number], string>> | undefined {
  const found = names.map(name => [name, find(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) {
    const line = `LEFT OUT: needs ${missing.join(', ')}. Install with: apt-get install ${[...new Set(missing.map(name => PROGRAMS[name]))].join(' ')}`;
    if (process.env.PARLEY_PEERS === 'required') throw new Error(line);
    process.stderr.write(`${line}\n`);
    t.skip(line);
    return undefined;
  }
  return Object.fromEntries(found) as Record<Names[number], string>;
}
