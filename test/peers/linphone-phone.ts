import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, start } from './child.ts';
import { linphoneListens } from './linphone.ts';
import { freePort, freePorts } from './ports.ts';
import { DOMAIN, passwordOf, type RegisteredPhoneOptions } from './switchboard.ts';
import { until } from './until.ts';

export interface LinphonePhoneOptions extends RegisteredPhoneOptions {
  /** Further lines of the section [sip]. */
  readonly sip?: readonly string[];
}

/** A linphonec that registers and is told what to do by lines. */
export interface LinphonePhone {
  readonly child: Child;
  /** Types a line: `call sip:...`, `answer`, `terminate`, `pause`, `resume`, `unregister`, `quit`. */
  type(line: string): void;
}

/** Starts it; resolves when it is registered. */
export async function startLinphonePhone(t: TestContext, options: LinphonePhoneOptions): Promise<LinphonePhone> {
  const { program, folder, user, proxy, transport = 'udp', authority, answers = false, sip = [] } = options;
  mkdirSync(join(folder, '.local/share/linphone'), { recursive: true });
  const [port, rtp] = [await freePort(), await freePorts(2)];
  const lines = [
    ...linphoneListens(transport, port),
    'default_proxy=0',
    ...(authority ? [`root_ca=${authority.file}`, 'verify_server_certs=1', 'verify_server_cn=1'] : []),
    ...sip,
    '[proxy_0]',
    `reg_proxy=<sip:${proxy};transport=${transport}>`,
    `reg_route=<sip:${proxy};transport=${transport};lr>`,
    `reg_identity="${user}" <sip:${user}@${DOMAIN}>`,
    'reg_expires=120',
    'reg_sendregister=1',
    '[auth_info_0]',
    `username=${user}`,
    `passwd=${passwordOf(user)}`,
    `realm=${DOMAIN}`,
    `domain=${DOMAIN}`,
    '[rtp]',
    `audio_rtp_port=${rtp}`,
    '[video]',
    'enabled=0',
  ];
  const rc = join(folder, 'linphonerc');
  writeFileSync(rc, `${lines.join('\n')}\n`);
  const log = join(folder, 'linphone.log');
  const args = ['-c', rc, '-d', '6', '-l', log, ...(answers ? ['-a'] : [])];
  const child = start(t, program, args, { env: { ...process.env, HOME: folder }, input: true });
  const type = (line: string) => void child.process.stdin?.write(`${line}\n`);
  await child.prints(/linphonec>/);
  type('soundcard use files');
  await child.prints(/Using wav files instead of soundcard[\s\S]*linphonec>/);
  // It says nothing about that unless it is asked.
  await until(`${user} is registered`, () =>
    readFileSync(log, 'latin1').includes('to [LinphoneRegistrationOk]') ? true : undefined,
  );
  return { child, type };
}
