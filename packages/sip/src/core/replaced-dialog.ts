import { parseReplaces, SipParseError } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';
import type { Core } from './core.ts';
import { InviteDialog } from './invite-dialog.ts';
import type { Refusal } from './user-agent.ts';

/** The dialog that an INVITE wants to take the place of; why it cannot; or undefined when it wants none. */
export type Replaced = { readonly dialog: InviteDialog } | { readonly refusal: Refusal };

const NO_SUCH: Replaced = { refusal: { status: 481 } };

/** Looks for the dialog that Replaces names (RFC 3891 section 3). Throws `SipParseError` (400) for a header that breaks the rules. */
export function replacedBy(core: Core, invite: SipRequest): Replaced | undefined {
  const values = invite.values('replaces');
  if (!core.invites.replaces || values.length === 0 || invite.to.parameters.has('tag')) return undefined;
  checkPlace(invite, values);
  const { callId, toTag, fromTag, earlyOnly } = parseReplaces(values[0]);
  const dialog = core.dialogs.find({ callId, localTag: toTag, remoteTag: fromTag });
  if (!(dialog instanceof InviteDialog)) return NO_SUCH;
  if (dialog.signal.aborted) return { refusal: { status: 603 } };
  if (dialog.phase === 'confirmed') return earlyOnly ? { refusal: { status: 486 } } : { dialog };
  // An early dialog can be taken over only from who is being called, not from who is calling us.
  return dialog.isCaller ? { dialog } : NO_SUCH;
}

/** RFC 3891 section 3: one of them, in an INVITE outside any dialog, and not together with Join (RFC 3911 section 4). */
function checkPlace(request: SipRequest, values: readonly string[]): void {
  if (values.length > 1) throw new SipParseError('Replaces', 'appears more than once');
  if (request.header('join') !== undefined) throw new SipParseError('Replaces', 'stands beside Join');
}
