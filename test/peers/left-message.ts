import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { findTones, readWav } from '@parley/media';
import { mailArrives } from './mailbox.ts';
import { leaveMessage, runSipp, type SippRun } from './sipp.ts';
import { CALLER_TONES, decodeAudio, toneSequence, writeMuLawFile } from './sound.ts';

/** What callers say who cannot hear: six tones of 400 ms, so that it is more than the least that counts as a message. */
export const SAID: readonly number[] = [0, 3, 1, 4, 2, 3].map(i => CALLER_TONES[i]);
/** The same with tones that no narrowband codec carries. */
export const SAID_WIDELY: readonly number[] = SAID.map((hertz, i) => (i % 2 === 1 ? 5500 : hertz));
/** Silence in front of the tones, longer than greeting, name, prompt and tone in the test language, on a busy machine too. */
const MARGIN_MILLIS = 2600;
/** From the answer until the last tone is over. */
export const SPEAK_MILLIS = MARGIN_MILLIS + 500 * SAID.length + 300;
/** Silence behind them. */
const AFTER_MILLIS = 700;

/** The tones between silences: somebody who says this from the answer on leaves them as a message. */
export function saidAfterTheTone(hertz: readonly number[] = SAID, rate = 8000): Int16Array {
  const words = toneSequence(hertz, { rate });
  const longer = new Int16Array(words.length + ((MARGIN_MILLIS + AFTER_MILLIS) * rate) / 1000);
  longer.set(words, (MARGIN_MILLIS * rate) / 1000);
  return longer;
}

/** Waits for the only message of a mailbox, and checks that its tones are those that were said. */
export async function messageIsIn(maildir: string, said = SAID): Promise<void> {
  const [{ email }] = await mailArrives(maildir);
  const [{ mimeType, content }] = email.attachments;
  assert.ok(content instanceof ArrayBuffer || content instanceof Uint8Array);
  const bytes = new Uint8Array(content);
  const isWide = said.includes(5500);
  const { samples, rate } = isWide ? readWav(bytes) : { samples: await decodeAudio(mimeType, bytes), rate: 8000 };
  assert.equal(rate, isWide ? 16_000 : 8000);
  const tones = findTones(samples, rate, [...CALLER_TONES, ...(isWide ? [5500] : [])], { minMillis: 150 });
  assert.deepEqual(
    tones.flatMap(tone => tone.frequencies),
    said,
  );
}

/** What a SIPp needs to know that leaves a message. */
export type SippCaller = Omit<SippRun, 'transport' | 'scenario'> & Partial<Pick<SippRun, 'transport'>>;

/** SIPp calls, says its tones and hangs up; resolves when it has done so as the scenario says. */
export async function sippLeavesMessage(t: TestContext, caller: SippCaller): Promise<void> {
  const audio = `${caller.folder}.ulaw`;
  writeMuLawFile(audio, saidAfterTheTone());
  const scenario = leaveMessage({ audio, greetingMillis: 0, speakMillis: SPEAK_MILLIS });
  const call = await runSipp(t, { transport: 'udp', ...caller, scenario });
  assert.equal(call.code, 0, call.output);
}
