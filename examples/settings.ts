import { systemClock } from '@parley/base';
import type { CredentialsFor, Peer, UserAgent } from '@parley/sip';

/** Where everything of these examples is, and what everybody proves his name for. */
export const DOMAIN = '127.0.0.1';

/** "127.0.0.1:5060". */
export function serverOf(text = ''): Peer {
  const [address, port] = text.split(':');
  if (address !== DOMAIN || !Number(port)) throw new Error(`the first word is where the registrar is: ${DOMAIN}:PORT`);
  return { transport: 'udp', address, port: Number(port) };
}

/** "ann:secret". */
export function userOf(text = ''): { readonly user: string; readonly password: string } {
  const [user, password] = text.split(':');
  if (!user || !password) throw new Error('a user is NAME:PASSWORD');
  return { user, password };
}

/** A password is shown to the registrar, for its realm, and to nobody else. */
export function credentialsFor(server: Peer, account: ReturnType<typeof userOf>): CredentialsFor {
  return (realm, { peer }) => (realm === DOMAIN && peer.port === server.port ? account : undefined);
}

/** Registers, and again at half time for as long as the process lives (RFC 3261 section 10.2.4): it ends when that fails. */
export async function register(agent: UserAgent, server: Peer, user: string): Promise<void> {
  const address = `sip:${user}@${DOMAIN}`;
  const once = async (callId?: string, sequence?: number): Promise<void> => {
    const answer = await agent.request(
      { uri: `sip:${DOMAIN}`, via: server },
      { method: 'REGISTER', from: address, to: address, callId, sequence, headers: [['Expires', '600']] },
    );
    if (answer.status !== 200) throw new Error(`not registered: ${answer.status} ${answer.reason}`);
    systemClock.after(300_000, () => void once(answer.callId, answer.cseq.number + 1));
  };
  await once();
}
