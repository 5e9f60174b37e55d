import { Bug } from '@parley/base';
import { EditedFields, type Line } from './edited-fields.ts';
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
  const [, ...below] = splitList(fields.value(top), { where: 'Via' });
  const isEdited = fields instanceof EditedFields;
  const lines: Line[] = isEdited ? [...fields.lines] : Array.from({ length: fields.count }, (_, index) => index);
  lines[top] = [fields.name(top), [printVia(via), ...below].join(', ')];
  return request.withTopVia(new EditedFields(isEdited ? fields.source : fields, lines), via);
}
