import type { Database, Tables } from '@parley/database';
import type { Kind } from '@parley/schema';
import type { Question } from './questions.ts';

/** A stored object as it is read for calls. */
export type ObjectRow = Pick<Tables['object'], 'kind' | 'id' | 'document'>;

/** What calls read, as a port. Everything rejects with the database's failure. */
export interface DirectoryRows {
  /** The mailbox that answers a question. */
  find(question: Question): Promise<ObjectRow | undefined>;
  /** Those of the objects that are there. */
  byIds(ids: readonly string[]): Promise<readonly ObjectRow[]>;
  /** The objects of a kind in the order of their ids, after the one with that id. */
  page(kind: Kind, after: string): Promise<readonly ObjectRow[]>;
  /** Whether there are more objects of the kind than that. */
  hasMore(kind: Kind, than: number): Promise<boolean>;
}

/** Rows of one page, and of one question for several ids. */
export const PAGE = 500;

const MAILBOX: Kind = 'UMMailbox';
/** An extension in the dial plan of the policy, and one in the second plan, both within the plan that is their scope. */
const EXTENSIONS = ['extensions', 'secondaryExtensions'];

export function databaseRows({ kysely }: Database): DirectoryRows {
  const objects = () => kysely.selectFrom('object').select(['object.kind', 'object.id', 'object.document']);
  const indexed = () =>
    objects().innerJoin('object_index', 'object_index.id', 'object.id').where('object_index.kind', '=', MAILBOX);
  return {
    find(question) {
      if (question.by === 'id')
        return objects().where('object.id', '=', question.id).where('object.kind', '=', MAILBOX).executeTakeFirst();
      if (question.by === 'address')
        return indexed()
          .where('object_index.property', '=', 'sipResourceIdentifier')
          .where('object_index.value', '=', question.address)
          .where('object_index.organization', '=', question.organization)
          .executeTakeFirst();
      return (
        indexed()
          .where('object_index.property', 'in', EXTENSIONS)
          .where('object_index.scope', '=', question.dialPlan)
          // The unique index is a partial one, and this is what it is partial by.
          .where('object_index.scope', '<>', '')
          .where('object_index.value', '=', question.extension)
          .executeTakeFirst()
      );
    },
    async byIds(ids) {
      const rows: ObjectRow[] = [];
      for (let at = 0; at < ids.length; at += PAGE)
        rows.push(
          ...(await objects()
            .where('object.id', 'in', ids.slice(at, at + PAGE))
            .execute()),
        );
      return rows;
    },
    page: (kind, after) =>
      objects()
        .where('object.kind', '=', kind)
        .where('object.id', '>', after)
        .orderBy('object.id')
        .limit(PAGE)
        .execute(),
    async hasMore(kind, than) {
      const row = await kysely
        .selectFrom('object')
        .select('id')
        .where('kind', '=', kind)
        .orderBy('id')
        .limit(1)
        .offset(than)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
