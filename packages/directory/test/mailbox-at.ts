import type { Directory, MailboxInPlan } from '@parley/directory';

/** The mailbox with an address in the organisation whose calls come from loopback; undefined too when there is none. */
export async function mailboxAt(directory: Directory, address: string): Promise<MailboxInPlan | undefined> {
  const gateway = directory.gatewayFor({ address: '127.0.0.1' });
  const group = gateway && directory.huntGroupFor(gateway, '');
  const plan = group && directory.dialPlan(group.umDialPlan);
  return plan && directory.mailboxByAddress(plan, address);
}
