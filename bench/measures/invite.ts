import { type Spread, spread } from '../figures.ts';
import { RawCaller } from '../load/raw-caller.ts';
import type { Bench } from './bench.ts';

const AT_ONCE = 10;
const WARM_UP = 10;
const PAUSE_MILLIS = 250;

/** INVITE -> 200, ten at once, on an idle server. */
export async function measureInvite({ server, options, say }: Bench): Promise<Spread> {
  const rounds = options.quick ? 10 : 40;
  const { extensions } = server.target;
  const caller = await RawCaller.open(server.udp);
  const millis: number[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const answers = await caller.invite(AT_ONCE, extensions[0]);
    const bad = answers.filter(({ status }) => status !== 200);
    if (bad.length > 0) say(`${bad.length} of ${AT_ONCE} INVITEs got ${bad[0].status}`);
    if (round >= 0) millis.push(...answers.map(answer => answer.millis));
    await new Promise(resolve => setTimeout(resolve, PAUSE_MILLIS));
  }
  caller.close();
  return spread(millis);
}
