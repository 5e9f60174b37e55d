import { mailStoreContract } from '../contract.ts';
import { MemoryStore } from './index.ts';

mailStoreContract('memory', async () => {
  const store = new MemoryStore();
  return { store, messages: async mailbox => [...(store.mailboxes.get(mailbox)?.values() ?? [])] };
});
