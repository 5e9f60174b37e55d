import { type Log, messageOf } from '@parley/base';
import type { Objects, Stored } from '@parley/directory';
import type { Kind, Mailbox } from '@parley/schema';
import type { Prompts } from '@parley/speech';

/**
 * The objects, with names made audible when they are saved: the first caller of a mailbox does not wait for the voice. Speaking
 * goes on in the background; a name that no voice can say is left out of the greeting when the time comes.
 */
export function withSpokenNames(
  objects: Objects,
  { prompts, log }: { readonly prompts: Pick<Prompts, 'prepareName'>; readonly log: Log },
): Objects {
  const prepare = async (mailbox: Mailbox) => {
    const policy = await objects.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
    const plan = await objects.get('UMDialPlan', policy.object.umDialPlan);
    await prompts.prepareName(mailbox.displayName || mailbox.name, plan.object.defaultLanguage);
  };
  const saved = <K extends Kind>(stored: Stored<K>): Stored<K> => {
    if (isMailbox(stored))
      prepare(stored.object).catch(error =>
        log.warn('name not spoken in advance', { mailbox: stored.object.id, reason: messageOf(error) }),
      );
    return stored;
  };
  return {
    list: (kind, options) => objects.list(kind, options),
    get: (kind, identity) => objects.get(kind, identity),
    create: async (kind, input) => saved(await objects.create(kind, input)),
    change: async (kind, identity, change) => saved(await objects.change(kind, identity, change)),
    remove: (kind, identity, etag) => objects.remove(kind, identity, etag),
  };
}

function isMailbox(stored: Stored): stored is Stored<'UMMailbox'> {
  return stored.kind === 'UMMailbox';
}
