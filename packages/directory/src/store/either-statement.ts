import type { DatabaseTransaction } from '@parley/database';
import { type EitherQuery, FURTHEST_STEPS } from './object-store.ts';

/** How far a row of `either` is away: an object that has the value, the object itself, and so much more with each reference. */
export const HAVING = 0;
const ITSELF = 1;
const STEP = 2;

/** What stands in the compiled statement for what is asked for each time. */
const PLACES = { id: '?id', kind: '?kind', property: '?property', value: '?value', organization: '?organization' };

interface Asked extends EitherQuery {
  readonly organization: string | undefined;
}

type Statement = ReturnType<ReturnType<typeof built>['compile']>;

interface Compiled {
  readonly statement: Statement;
  readonly through: readonly string[];
  readonly limit: number;
}

/** The statement of `either`. Putting it together takes longer than the database takes to answer it, so it is kept. */
export class EitherStatement {
  #ofAll: Compiled | undefined;
  #ofOne: Compiled | undefined;

  of(db: DatabaseTransaction, asked: Asked): Statement {
    const { through, limit, organization } = asked;
    const kept = organization === undefined ? this.#ofAll : this.#ofOne;
    const isKept = kept?.through === through && kept.limit === limit;
    const { statement } = isKept ? kept : this.#keep(db, asked);
    return { ...statement, parameters: statement.parameters.map(each => given(each, asked)) };
  }

  #keep(db: DatabaseTransaction, { through, limit, organization }: Asked): Compiled {
    const places = { ...PLACES, organization: organization === undefined ? undefined : PLACES.organization };
    const compiled = { statement: built(db, { ...places, through, limit }).compile(), through, limit };
    if (organization === undefined) this.#ofAll = compiled;
    else this.#ofOne = compiled;
    return compiled;
  }
}

function given(parameter: unknown, { id, kind, property, value, organization }: Asked): unknown {
  switch (parameter) {
    case PLACES.id:
      return id;
    case PLACES.kind:
      return kind;
    case PLACES.property:
      return property;
    case PLACES.value:
      return value;
    case PLACES.organization:
      return organization;
    default:
      return parameter;
  }
}

type Places = Pick<Asked, 'through' | 'limit' | 'organization'> &
  Readonly<Record<'id' | 'kind' | 'property' | 'value', string>>;

function built(db: DatabaseTransaction, { id, kind, property, value, limit, through, organization }: Places) {
  return db
    .withRecursive('near(id, step)', near => {
      let having = near
        .selectFrom('object_index')
        .select('id')
        .where('kind', '=', kind)
        .where('property', '=', property)
        .where('value', '=', value);
      if (organization !== undefined) having = having.where('organization', '=', organization);
      return near
        .selectFrom(having.orderBy('id').limit(limit).as('having'))
        .select(({ lit }) => ['having.id', lit<number>(HAVING).as('step')])
        .unionAll(
          near.selectNoFrom(({ cast, val, lit }) => [
            cast<string>(val(id), 'text').as('id'),
            lit<number>(ITSELF).as('step'),
          ]),
        )
        .union(
          near
            .selectFrom('near')
            .innerJoin('object_index as reference', 'reference.id', 'near.id')
            .select(({ eb, lit }) => ['reference.value as id', eb('near.step', '+', lit(STEP)).as('step')])
            .where('reference.property', 'in', through)
            .where(({ eb, lit }) => eb('near.step', '<', lit(FURTHEST_STEPS * STEP))),
        );
    })
    .selectFrom('near')
    .innerJoin('object', 'object.id', 'near.id')
    .selectAll('object')
    .select('near.step')
    .$if(organization !== undefined, query => query.where('object.organization', '=', organization ?? ''));
}
