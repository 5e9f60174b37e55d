import type { Kind } from '@parley/schema';
import { hasName } from '../life-cycle/declared.ts';
import type { Place } from '../life-cycle/identity.ts';
import type { Kept } from '../life-cycle/kept.ts';
import type { WalkedRow, WalkQuery } from '../store/object-store.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { fitting, type KeptPage, type PageRequest, STRIDE, wantedOf } from './examined.ts';
import type { Order } from './order.ts';

/** All objects of a kind in the order of an index, of names when not given, in portions of `limit`. */
export async function* strides(
  { kind, place }: { readonly kind: Kind; readonly place: Place },
  only: Partial<WalkQuery>,
): AsyncIterable<readonly WalkedRow[]> {
  const { workspace, organization } = place;
  const { limit = STRIDE } = only;
  const base = { kind, organization, property: hasName(kind) ? 'name' : 'id', ...only, limit };
  let after: WalkQuery['after'] = only.after;
  for (;;) {
    const rows = await workspace.walk({ ...base, ...(after && { after }) });
    yield rows;
    after = rows.at(-1)?.place;
    if (rows.length < limit) return;
  }
}

export interface Walk {
  readonly order: Order;
  /** The index whose order it is. */
  readonly along: Pick<WalkQuery, 'property' | 'descending' | 'prefix'>;
  /** Objects that may be looked at; as many as there are when not given. */
  readonly most?: number;
}

/**
 * The objects of a page in the order of an index, from the place on where the page before ended; undefined when the page was not full after
 * `most` objects.
 */
export async function walkedPage(
  request: PageRequest,
  { order, along, most = Number.POSITIVE_INFINITY }: Walk,
): Promise<KeptPage | undefined> {
  const { after, limit, wanted } = request;
  const isAll = wanted.kept === undefined && wanted.computed === undefined;
  const cursor = after === undefined ? undefined : readCursor(after, order.name);
  const from = cursor && { after: { value: String(cursor.keys[0] ?? ''), id: cursor.id } };
  const kept: Kept[] = [];
  let last: WalkedRow | undefined;
  let looked = 0;
  for await (const walked of strides(request, {
    ...along,
    ...from,
    ...(isAll && { limit: Math.min(limit + 1, STRIDE) }),
  })) {
    const places = new Map(walked.map(each => [each.row, each]));
    for (const row of await fitting([...places.keys()], request)) {
      const one = await wantedOf(row, request);
      if (!one) continue;
      if (kept.length === limit && last) {
        const { value, id } = last.place;
        return { kept, next: writeCursor({ order: order.name, keys: [value], id }) };
      }
      kept.push(one);
      last = places.get(row);
    }
    looked += walked.length;
    if (looked >= most) return undefined;
  }
  return { kept, next: undefined };
}
