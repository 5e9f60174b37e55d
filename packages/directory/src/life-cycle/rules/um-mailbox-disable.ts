import { definitionOf } from '@parley/schema';
import type { Action } from './rule.ts';
import { flagIn } from './um-parameters.ts';

/** What says whose mailbox it is, and where messages are that were left already: kept whatever is forgotten. */
const LASTING = new Set([
  'name',
  'displayName',
  'user',
  'umMailboxPolicy',
  'extensions',
  'sipResourceIdentifier',
  'mailAddress',
  'maildir',
]);

/** Everything that a mailbox had beside that, as a patch that takes it back to its defaults. */
function forgotten(): Record<string, null> {
  const names = Object.keys(definitionOf('UMMailbox').properties).filter(name => !LASTING.has(name));
  return Object.fromEntries(names.map(name => [name, null]));
}

/** Answers no calls any more. Its settings and its PIN are kept for when it is enabled again, unless they are to be forgotten. */
export const disable: Action<'UMMailbox'> = async ({ object, parameters, lookup }) => {
  if (!object) return {};
  const keeps = flagIn(parameters, 'KeepProperties') ?? true;
  const shows = [{ kind: 'UMMailbox' as const, id: object.id }];
  const patch = keeps ? { umEnabled: false } : { ...forgotten(), umEnabled: false };
  const change = { what: 'change' as const, kind: 'UMMailbox' as const, id: object.id, patch };
  if (keeps) return { changes: [change], shows };
  const pins = await lookup.find('UMMailboxPIN', 'umMailbox', object.id);
  return {
    changes: [change, ...pins.map(({ id }) => ({ what: 'remove' as const, kind: 'UMMailboxPIN' as const, id }))],
    shows,
  };
};
