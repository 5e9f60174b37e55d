import { type Log, messageOf } from '@parley/base';
import type { Objects, Stored } from '@parley/directory';
import type { Kind, Mailbox } from '@parley/schema';
import type { Prompts } from '@parley/speech';

/**
 * The objects, with names made audible when they are saved, and the prompts of a language when a dial plan gets it: the first
 * caller does not wait for the voice. Speaking goes on in the background; a name that no voice can say is left out of the greeting when the time comes.
 */
export function withSpokenNames(
  objects: Objects,
  { prompts, log }: { readonly prompts: Pick<Prompts, 'prepareName' | 'ready'>; readonly log: Log },
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
    if (isDialPlan(stored))
      prompts
        .ready([stored.object.defaultLanguage])
        .catch(error =>
          log.warn('prompts not rendered in advance', { dialPlan: stored.object.id, reason: messageOf(error) }),
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

function isDialPlan(stored: Stored): stored is Stored<'UMDialPlan'> {
  return stored.kind === 'UMDialPlan';
}
