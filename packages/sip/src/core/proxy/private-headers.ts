import { type MessageEditor, parsePrivacy, type SipMessage, SipParseError } from '../../message/index.ts';

/** Who speaks: only members of the trust domain may say it (RFC 3325 section 5), and the older Remote-Party-ID. */
const IDENTITY: readonly string[] = ['P-Asserted-Identity', 'Remote-Party-ID'];
/** What the machines of a trust domain tell each other (RFC 7315 section 5): never from outside, never to the outside. */
const INTERNAL: readonly string[] = [
  'P-Charging-Vector',
  'P-Charging-Function-Addresses',
  'P-Access-Network-Info',
  'P-Visited-Network-ID',
];

/** Takes out what somebody outside of the trust domain may not say. What he wishes (P-Preferred-Identity, Privacy) stays for the routing. */
export function removeUnbelievable(editor: MessageEditor): void {
  editor.remove(...IDENTITY, ...INTERNAL);
}

/** Whether a message has anything of that. */
export const hasUnbelievable = (message: SipMessage): boolean =>
  [...IDENTITY, ...INTERNAL].some(name => message.header(name) !== undefined);

/** Takes out what somebody outside of the trust domain may not hear: identities only when that was asked for (RFC 3325 section 7). */
export function removePrivate(editor: MessageEditor, message: SipMessage): void {
  editor.remove(...INTERNAL);
  if (isPrivate(message)) editor.remove(...IDENTITY);
}

/** Privacy that cannot be read was meant to be some. */
function isPrivate(message: SipMessage): boolean {
  try {
    return message.values('privacy').some(value => parsePrivacy(value).has('id'));
  } catch (thrown) {
    if (thrown instanceof SipParseError) return true;
    throw thrown;
  }
}
