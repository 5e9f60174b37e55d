import { ParleyError } from '@parley/base';
import { definitionOf, type Kind } from '@parley/schema';
import { type Kept, wordAndName } from './kept.ts';

const shown = (identity: string) => JSON.stringify(identity.slice(0, 80));

export const OBJECT_NOT_FOUND = (kind: Kind, identity: string) =>
  new ParleyError('OBJECT_NOT_FOUND', `there is no ${definitionOf(kind).word} ${shown(identity)}`);

export const OBJECT_AMBIGUOUS = (kind: Kind, identity: string, ids: readonly string[]) =>
  new ParleyError(
    'OBJECT_AMBIGUOUS',
    `${shown(identity)} may be any of ${ids.length} objects of kind ${kind}: give the id (${ids.slice(0, 5).join(', ')})`,
  );

export const OBJECT_CHANGED = (kept: Kept) =>
  new ParleyError(
    'OBJECT_CHANGED',
    `${wordAndName(kept)} was changed by somebody else since you have read it: read it again`,
  );

/** Somebody was quicker with a name or another value that only one may have. */
export const OVERTAKEN = () =>
  new ParleyError(
    'OBJECT_CHANGED',
    'the objects were changed by somebody else meanwhile: read them again and repeat the change',
  );

export const OBJECT_IN_USE = (kept: Kept, why: string) =>
  new ParleyError('OBJECT_IN_USE', `${wordAndName(kept)} ${why}`);

export const NOT_PERMITTED = (why: string) => new ParleyError('NOT_PERMITTED', why);
