import { checkLadder } from '../load/ladder.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { Inbox } from '../mailbox/inbox.ts';
import type { SoundReader } from '../mailbox/sound.ts';
import type { BenchServer } from '../server/bench-server.ts';
import type { CallTiming } from './bench.ts';

const SPEAK_MILLIS = 3000;
const CALLS = 3;
const PATIENCE_MILLIS = 15_000;

/** Makes calls on an idle server that hear its prompts out: when does its recording begin? Also warms everything up. */
export async function calibrate(
  server: BenchServer,
  tools: { readonly load: LoadGenerator; readonly inbox: Inbox; readonly sounds: SoundReader },
): Promise<CallTiming> {
  const starts: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const { outcomes } = await tools.load.run({ do: 'listen', target: server.target, speakMillis: SPEAK_MILLIS });
    const [message] = await tools.inbox.take(1, PATIENCE_MILLIS);
    if (!message?.attachment) throw new Error(`a single call left no message:\n${server.logTail()}`);
    const samples = await tools.sounds.samples(message.attachment);
    const { worstRung } = checkLadder(samples, SPEAK_MILLIS);
    if (worstRung < 0.9) throw new Error(`a single call on an idle server left a damaged message (${message.path})`);
    starts.push(outcomes[0].callMillis - samples.length / 8);
  }
  return { recordingAt: starts.sort((a, b) => a - b)[Math.floor(CALLS / 2)] };
}
