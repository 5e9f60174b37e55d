import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog, systemClock } from '@parley/base';
import type { Database } from '@parley/database';
import { openSqlite } from '@parley/database/sqlite';
import { ANY_ETAG, firstStart } from '@parley/directory';
import { openOwnDirectory } from '@parley/directory/own';
import type { NewOfKind } from '@parley/schema';

const SYSTEM = { who: 'system' };

/** What differs from a fresh installation. */
export interface Seed {
  readonly dialPlan?: Partial<NewOfKind<'UMDialPlan'>>;
  readonly policy?: Partial<NewOfKind<'UMMailboxPolicy'>>;
  readonly gateway?: Partial<NewOfKind<'UMIPGateway'>>;
  /** Dial plans beside "Main", in everything like it but in their security; the policy of "Safe" is "Safe Default Policy". */
  readonly securePlans?: Readonly<Record<string, SecurePlan>>;
  /** Extension -> what differs there. Those that do not exist yet are made: mailbox "m2001" for extension 2001. */
  readonly mailboxes?: Readonly<Record<string, Partial<NewOfKind<'UMMailbox'>>>>;
}

export interface SecurePlan {
  readonly voIPSecurity: 'SIPSecured' | 'Secured';
  /** The names that its gateways prove. */
  readonly gateways: readonly string[];
}

/**
 * Fills the data folder of a server that has not been started yet: the objects of a first start, changed. Speaks the test
 * language unless the seed says another one.
 */
export async function seedData(data: string, seed: Seed = {}): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  await seedDatabase(await openSqlite({ file: join(data, 'parley.db') }), seed);
}

/** The same with an open database, which is closed. */
export async function seedDatabase(database: Database, seed: Seed = {}): Promise<void> {
  try {
    await database.migrate();
    const objects = await openOwnDirectory({ database, clock: systemClock, log: silentLog });
    await firstStart(objects, { clock: systemClock, timeZone: 'UTC' });
    const change = (patch: unknown) => ({ etag: ANY_ETAG, patch });
    const plan = { defaultLanguage: 'x-tones', ...seed.dialPlan };
    await objects.change('UMDialPlan', 'Main', change(plan), SYSTEM);
    const policy = 'Main Default Policy';
    if (seed.policy) await objects.change('UMMailboxPolicy', policy, change(seed.policy), SYSTEM);
    if (seed.gateway) await objects.change('UMIPGateway', 'loopback', change(seed.gateway), SYSTEM);
    for (const [name, { voIPSecurity, gateways }] of Object.entries(seed.securePlans ?? {})) {
      const organization = 'Parley';
      const secure = { ...plan, name, organization, numberOfDigitsInExtension: 4, voIPSecurity };
      await objects.create('UMDialPlan', { ...secure, uriType: 'SipName' }, SYSTEM);
      const gateway = { name: `${name} gateway`, organization, address: [...gateways], port: 5061 };
      await objects.create('UMIPGateway', { ...gateway, umDialPlan: name }, SYSTEM);
    }
    const there = new Set(
      (await objects.list('UMMailbox', {}, SYSTEM)).objects.flatMap(({ object }) => object.extensions),
    );
    for (const [extension, patch] of Object.entries(seed.mailboxes ?? {}))
      if (there.has(extension)) await objects.change('UMMailbox', extension, change(patch), SYSTEM);
      else await objects.create('UMMailbox', { ...newMailbox(extension, policy), ...patch }, SYSTEM);
  } finally {
    await database.close();
  }
}

function newMailbox(extension: string, policy: string): NewOfKind<'UMMailbox'> {
  return {
    name: `m${extension}`,
    displayName: `Person ${extension}`,
    umEnabled: true,
    umMailboxPolicy: policy,
    extensions: [extension],
    sipResourceIdentifier: `m${extension}@parley.test`,
    mailAddress: `m${extension}@parley.test`,
  };
}
