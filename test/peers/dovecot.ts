import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ImapFlow } from 'imapflow';
import { start } from './child.ts';
import { freePort } from './ports.ts';

/** A user of the machine who is not root: Dovecot serves no mail of uid 0. */
export function mailUser(): { uid: number; gid: number } {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Dovecot over a Maildir root laid out as `<domain>/<name>`; every user logs in with the password "secret". */
export async function startDovecot(
  t: TestContext,
  options: { readonly program: string; readonly mail: string; readonly folder: string },
): Promise<{ port: number }> {
  const { program, mail, folder } = options;
  const { uid, gid } = mailUser();
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? 'nobody' : execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
  const group = asRoot ? 'nogroup' : execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `base_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = ${asRoot ? 'dovecot' : user}
default_internal_group = ${asRoot ? 'dovecot' : group}
default_login_user = ${asRoot ? 'dovenull' : user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:${mail}/%d/%n
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${mail}/%d/%n
}
service imap-login {
  ${asRoot ? '' : 'chroot ='}
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
${asRoot ? '' : 'service anvil {\n  chroot =\n}\n'}`,
  );
  const server = start(t, program, ['-F', '-c', join(folder, 'dovecot.conf')]);
  await imapAnswers(port, server.ended);
  return { port };
}

async function imapAnswers(port: number, ended: Promise<number | string>): Promise<void> {
  const { connect } = await import('node:net');
  let over: number | string | undefined;
  void ended.then(code => {
    over = code;
  });
  for (let tries = 0; tries < 100; tries++) {
    if (over !== undefined) throw new Error(`dovecot ended with ${over}`);
    const greeted = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => socket.destroy() && resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (greeted) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('dovecot did not answer on IMAP within 5 s');
}

/** One message as an IMAP client sees it. */
export interface FetchedMessage {
  readonly raw: Buffer;
  /** What Dovecot's own parser made of it. */
  readonly structure: unknown;
}

/** Every message in a mailbox's INBOX. */
export async function fetchMessages(port: number, user: string): Promise<FetchedMessage[]> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    auth: { user, pass: 'secret' },
    logger: false,
  });
  client.on('error', () => client.close());
  await client.connect();
  try {
    await client.mailboxOpen('INBOX');
    const messages: FetchedMessage[] = [];
    for await (const message of client.fetch('1:*', { source: true, bodyStructure: true }))
      if (message.source) messages.push({ raw: message.source, structure: message.bodyStructure });
    return messages;
  } finally {
    await client.logout();
  }
}
