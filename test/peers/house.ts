import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type AuthorityFiles, makeAuthority } from './authority.ts';
import { type ConfigChange, type Server, startServer, testFolder } from './parley.ts';
import { type Seed, seedData } from './seed.ts';

/** What its certificate proves, beside its address and `localhost`. */
export const SERVER_NAME = 'voicemail.parley.test';

/** A server on every transport, with an authority that all its peers have their certificates from. */
export interface House {
  readonly server: Server;
  readonly folder: string;
  readonly authority: AuthorityFiles;
  /** The Maildir of the mailbox with that extension, from 2001 on. */
  mailbox(extension: string): string;
}

export interface HouseOptions {
  /** '127.0.0.1' when left out. */
  readonly address?: string;
  readonly seed?: Seed;
  /** Mailboxes to be made: those of "Main" and, by name, those of plans of the seed. */
  readonly extensions: Readonly<Record<string, readonly string[]>>;
  readonly config?: ConfigChange;
}

/** Starts such a server. Everybody from loopback is in the dial plan "Main"; whoever proves a name of a secure plan's is in that one. */
export async function startHouse(t: Pick<TestContext, 'after'>, options: HouseOptions): Promise<House> {
  const { address = '127.0.0.1', seed, extensions, config = {} } = options;
  const folder = testFolder(t);
  const authority = await makeAuthority(folder);
  const { certificate, key } = await authority.issue(SERVER_NAME, [
    ['ip', address],
    ['dns', 'localhost'],
  ]);
  const data = join(folder, 'data');
  const mailboxes = Object.entries(extensions).flatMap(([plan, each]) =>
    each.map(extension => [extension, { umMailboxPolicy: `${plan} Default Policy` }]),
  );
  await seedData(data, { dialPlan: { audioCodec: 'Pcm' }, ...seed, mailboxes: Object.fromEntries(mailboxes) });
  const host = address.includes(':') ? `[${address}]` : address;
  const server = await startServer(t, {
    data,
    config: {
      ...config,
      sip: {
        listen: ['udp', 'tcp', 'tls', 'ws', 'wss'].map(transport => `${transport}:${host}:0`),
        tls: { certificate, key, authorities: authority.file },
        ...config.sip,
      },
      maildir: { root: join(folder, 'mail') },
    },
  });
  return { server, folder, authority, mailbox: extension => join(folder, 'mail/parley.test', `m${extension}`) };
}
