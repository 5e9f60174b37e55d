import { MessageEditor, type SipResponse } from '../../message/index.ts';
import type { Peer } from '../../transport/peer.ts';
import { removePrivate, removeUnbelievable } from './private-headers.ts';
import type { ProxyCore } from './proxy-core.ts';

/** A response without our Via, and without what is not to be said to whom it goes, or to be believed from whom it comes (RFC 3261 section 16.7 step 3, RFC 5876 section 4.5). */
export function passedBack(
  core: ProxyCore,
  response: SipResponse,
  { from, to }: { from: Peer; to: Peer },
): SipResponse {
  const editor = new MessageEditor(response);
  editor.setFirstValue('via', undefined);
  if (!core.isTrusted(from)) removeUnbelievable(editor);
  if (!core.isTrusted(to)) removePrivate(editor, response);
  return editor.response();
}
