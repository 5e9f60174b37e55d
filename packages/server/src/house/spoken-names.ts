import { type Log, messageOf } from '@parley/base';
import type { By, Objects, Stored } from '@parley/directory';
import type { Kind, Mailbox } from '@parley/schema';
import type { Prompts } from '@parley/speech';

const SYSTEM: By = { who: 'system' };

/**
 * The objects, with names made audible when they are saved, and the prompts of a language when a dial plan gets it: the first
 * caller does not wait for the voice. Speaking goes on in the background; a name that no voice can say is left out of the greeting when the time comes.
 */
export function withSpokenNames(
  objects: Objects,
  { prompts, log }: { readonly prompts: Pick<Prompts, 'prepareName' | 'ready'>; readonly log: Log },
): Objects {
  const prepare = async (mailbox: Mailbox) => {
    const policy = await objects.get('UMMailboxPolicy', mailbox.umMailboxPolicy, SYSTEM);
    const plan = await objects.get('UMDialPlan', policy.object.umDialPlan, SYSTEM);
    await prompts.prepareName(mailbox.displayName || mailbox.name, plan.object.defaultLanguage);
  };
  const saved = <K extends Kind>(stored: Stored<K>, { trial }: By): Stored<K> => {
    if (trial) return stored;
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
    list: (kind, options, by) => objects.list(kind, options, by),
    get: (kind, identity, by) => objects.get(kind, identity, by),
    create: async (kind, input, by) => saved(await objects.create(kind, input, by), by),
    change: async (kind, identity, change, by) => saved(await objects.change(kind, identity, change, by), by),
    remove: (kind, identity, etag, by) => objects.remove(kind, identity, etag, by),
    async act(kind, action, request, by) {
      const acted = await objects.act(kind, action, request, by);
      for (const stored of acted.objects) saved(stored, by);
      return acted;
    },
    // A hundred thousand names would keep the voice busy for days: they are spoken when they are first needed.
    createAll: (kind, inputs, by, onProgress) => objects.createAll(kind, inputs, by, onProgress),
    history: (kind, identity, by) => objects.history(kind, identity, by),
  };
}

function isMailbox(stored: Stored): stored is Stored<'UMMailbox'> {
  return stored.kind === 'UMMailbox';
}

function isDialPlan(stored: Stored): stored is Stored<'UMDialPlan'> {
  return stored.kind === 'UMDialPlan';
}
