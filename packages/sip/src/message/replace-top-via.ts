import { Bug } from '@parley/base';
import { StampedFields } from './edited-fields.ts';
import type { Via } from './grammar.ts';
import { VIA } from './header-names.ts';
import { splitList } from './list.ts';
import type { SipRequest } from './message.ts';
import { fieldsOf, TypedRequest } from './typed-message.ts';
import { printVia } from './via.ts';

/**
 * The same request with another topmost Via: how a transport adds `received` and `rport` (RFC 3261 section 18.2.1,
 * RFC 3581). Every request that arrives goes through here, so whatever else was read of it stays read. Throws `Bug` when the
 * request has no Via, or was not made here.
 */
export function replaceTopVia(request: SipRequest, via: Via): SipRequest {
  const fields = fieldsOf(request);
  if (!fields || !(request instanceof TypedRequest)) throw new Bug('only a request that was made here can be changed');
  const top = fields.find(VIA, 0);
  if (top < 0) throw new Bug('a request without Via has no topmost Via');
  return request.withTopVia(new StampedFields(fields, top, () => stampedValue(fields.value(top), via)), via);
}

/** The value of a Via field with another topmost Via. */
function stampedValue(value: string, via: Via): string {
  if (!value.includes(',')) return printVia(via);
  const [, ...below] = splitList(value, { where: 'Via' });
  return [printVia(via), ...below].join(', ');
}
