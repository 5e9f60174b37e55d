import type { TestContext } from 'node:test';
import { defer } from '@parley/base';
import type { WireCodec } from '@parley/media';
import { openPhone, type Phone, type PhoneCall, type PhoneOptions, type Ringing } from '@parley/phone';

/** Two phones on this machine that close with the test. */
export interface TwoPhones {
  readonly ann: Phone;
  readonly bob: Phone;
  /** Bob's address, for Ann to dial. */
  readonly uri: string;
  /** The next call that rings at Bob's; he does nothing about it. */
  rings(): Promise<Ringing>;
  /** Ann calls, Bob answers; with these codecs, PCMU and PCMA when left out. */
  connect(codecs?: readonly WireCodec[]): Promise<{ readonly anns: PhoneCall; readonly bobs: PhoneCall }>;
}

export async function twoPhones(t: TestContext, options: PhoneOptions = {}): Promise<TwoPhones> {
  const ann = await openPhone({ ports: { from: 28_000, to: 28_099 }, ...options });
  const bob = await openPhone({ ports: { from: 28_100, to: 28_199 }, ...options });
  t.after(async () => {
    await ann.close();
    await bob.close();
  });
  const { transport, port } = bob.contact;
  const uri = `sip:bob@127.0.0.1:${port};transport=${transport}`;
  const rings = () => {
    const ringing = defer<Ringing>();
    bob.onRinging(ringing.resolve);
    return ringing.promise;
  };
  const connect = async (codecs?: readonly WireCodec[]) => {
    const ringing = rings();
    const calling = ann.call(uri, codecs && { offer: codecs });
    const bobs = (await ringing).answer(codecs && { codecs });
    return { anns: await calling, bobs: await bobs };
  };
  return { ann, bob, uri, rings, connect };
}
