import type { Database, Tables } from '@parley/database';
import { sql } from 'kysely';

/** Ids and names of everything but the mailboxes. */
export const ORGANIZATION = 'organization';
export const PLANS = { sip: 'plan-sip', e164: 'plan-e164' } as const;

type Plan = keyof typeof PLANS;

/** Mailboxes in one statement: what one transaction holds stays small. */
const STEP = 50_000;
/** Their numbers begin here, so that all have seven digits. */
const FIRST = 1_000_000;

/** What the mailbox with this number, from 0 on, is called by. */
export function addressesOf(index: number): {
  readonly extension: string;
  readonly sip: string;
  readonly e164: string;
} {
  const number = FIRST + index;
  return { extension: String(number), sip: `u${number}@bench.test`, e164: `+3312${number}` };
}

/** Every other mailbox is in the E.164 plan. */
export const planOf = (index: number): Plan => (index % 2 === 0 ? 'sip' : 'e164');

/** An organisation with a plan of either kind, and so many mailboxes, in the shape in which objects are kept. */
export async function fill(database: Database, mailboxes: number): Promise<void> {
  await database.kysely.insertInto('object').values(surroundings()).execute();
  for (let from = 0; from < mailboxes; from += STEP) {
    const to = Math.min(mailboxes, from + STEP);
    await database.kysely.transaction().execute(async transaction => {
      const statement = (into: ReturnType<typeof sql>, values: ReturnType<typeof sql>) =>
        sql`insert into ${into}
          select ${values} from (
            with recursive numbers(n) as (select ${sql.lit(FIRST + from)} union all select n + 1 from numbers where n + 1 < ${sql.lit(FIRST + to)})
            select n, 'box' || n as id, n % 2 as odd from numbers
          ) as box`.execute(transaction);
      await statement(OBJECT, OBJECT_VALUES);
      for (const [property, value, scope] of INDEX)
        await statement(
          OBJECT_INDEX,
          sql`'UMMailbox', ${sql.lit(property)}, ${value}, id, ${sql.lit(ORGANIZATION)}, ${scope}`,
        );
    });
  }
}

const OBJECT = sql`object (kind, id, etag, version, document, organization, changed_at)`;
const OBJECT_INDEX = sql`object_index (kind, property, value, id, organization, scope)`;

const perPlan = (sip: string, e164: string) => sql`case when odd = 0 then ${sql.lit(sip)} else ${sql.lit(e164)} end`;
const policy = perPlan(`policy-${PLANS.sip}`, `policy-${PLANS.e164}`);
const address = sql`case when odd = 0 then 'u' || n || '@bench.test' else '+3312' || n end`;

const OBJECT_VALUES = sql`'UMMailbox', id, '1', 1,
  '{"name":"u' || n || '","displayName":"Person Number ' || n || '","umEnabled":true,"umMailboxPolicy":"' || ${policy}
    || '","extensions":["' || n || '"],"sipResourceIdentifier":"' || ${address} || '","mailAddress":"u' || n || '@bench.test"}',
  ${sql.lit(ORGANIZATION)}, 0`;

const INDEX = [
  ['name', sql`'u' || n`, sql.lit(ORGANIZATION)],
  ['umMailboxPolicy', policy, sql.lit('')],
  ['extensions', sql`cast(n as text)`, perPlan(PLANS.sip, PLANS.e164)],
  ['sipResourceIdentifier', address, sql.lit(ORGANIZATION)],
  ['mailAddress', sql`'u' || n || '@bench.test'`, sql.lit('')],
] as const;

function surroundings(): Tables['object'][] {
  const row = (kind: string, id: string, document: object) => ({
    ...{ kind, id, etag: '1', version: 1, document: JSON.stringify(document) },
    ...{ organization: ORGANIZATION, changed_at: 0 },
  });
  const plan = (name: string, uriType: string) => [
    row('UMDialPlan', name, { name, organization: ORGANIZATION, numberOfDigitsInExtension: 7, uriType }),
    row('UMMailboxPolicy', `policy-${name}`, { name: `policy-${name}`, umDialPlan: name }),
  ];
  return [
    row('Organization', ORGANIZATION, { name: 'Bench', systemMailAddress: 'vm@bench.test' }),
    ...plan(PLANS.sip, 'SipName'),
    ...plan(PLANS.e164, 'E164'),
  ];
}
