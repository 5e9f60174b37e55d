import type { Mail } from './mailbox.ts';
import { CALLER_TONES, decodeAudio, heardTones, toneSequence } from './sound.ts';

const TONES = 6;
const TONE_MILLIS = 170;
const PAUSE_MILLIS = 80;
const STEP_MILLIS = TONE_MILLIS + PAUSE_MILLIS;
/** What a crash may cost at the end of a recording that nobody sealed (design.md section 5). */
const LOST_MILLIS = 1000;

/** What the caller of one call knows about it. */
export interface Entry {
  readonly callId: string;
  /** The tones that only this call says, Hz. */
  readonly code: readonly number[];
  /** When the first tone was said, and the server killed, on one monotonic clock. */
  saidAt?: number;
  killedAt?: number;
  /** What the caller has asked for, and whether it was confirmed: "sent" or "erased" was heard, or the BYE answered. */
  asked?: 'send' | 'erase' | 'hang up';
  confirmedAt?: number;
}

/** Tones that no other number below 1,280 has, no two neighbours alike. */
export function codeOf(number: number): readonly number[] {
  const code: number[] = [];
  let rest = number;
  for (let i = 0; i < TONES; i++) {
    const free = CALLER_TONES.filter(tone => tone !== code.at(-1));
    code.push(free[rest % free.length]);
    rest = Math.floor(rest / free.length);
  }
  return code;
}

export function soundOf(code: readonly number[]): Int16Array {
  return toneSequence(code, { toneMillis: TONE_MILLIS, pauseMillis: PAUSE_MILLIS });
}

/** Holds what is in the mailbox against what callers know; returns everything that is wrong, as sentences. */
export async function audit(entries: readonly Entry[], mails: readonly Mail[]): Promise<string[]> {
  const wrong: string[] = [];
  const byCall = Map.groupBy(mails, mail => mail.header('X-CallID') ?? 'no Call-ID');
  for (const callId of byCall.keys())
    if (!entries.some(entry => entry.callId === callId)) wrong.push(`${callId}: nobody called so`);
  for (const entry of entries) {
    const found = byCall.get(entry.callId) ?? [];
    if (found.length > 1) wrong.push(`${told(entry)}: ${found.length} mails (${found.map(mail => mail.kind)})`);
    const message = found.find(mail => mail.kind === 'voice-ca');
    const sentence = message ? await contentOf(entry, message) : absent(entry);
    if (sentence) wrong.push(`${told(entry)}: ${sentence}`);
  }
  return wrong;
}

/** How much the caller had said when the server died, milliseconds. */
function saidMillis({ saidAt, killedAt = Number.POSITIVE_INFINITY }: Entry): number {
  return saidAt === undefined ? 0 : Math.min(killedAt - saidAt, TONES * STEP_MILLIS);
}

/** Whether the message must have come whole: the caller was told "sent", or had hung up well before. */
function isWhole({ asked, confirmedAt, killedAt = Number.POSITIVE_INFINITY }: Entry): boolean {
  if (confirmedAt === undefined) return false;
  return asked === 'send' || (asked === 'hang up' && killedAt - confirmedAt > LOST_MILLIS);
}

function absent(entry: Entry): string | undefined {
  if (entry.asked === 'erase') return undefined;
  return saidMillis(entry) > LOST_MILLIS + STEP_MILLIS ? 'the message is lost' : undefined;
}

async function contentOf(entry: Entry, mail: Mail): Promise<string | undefined> {
  if (entry.asked === 'erase' && entry.confirmedAt !== undefined) return 'what was erased came back';
  if (entry.saidAt === undefined) return 'a message of somebody who had not spoken';
  const [{ mimeType, content }] = mail.email.attachments;
  const sound = await decodeAudio(mimeType, new Uint8Array(content as ArrayBuffer));
  const tones = heardTones(sound).flatMap(tone => tone.frequencies);
  const least = isWhole(entry) ? TONES : Math.floor((saidMillis(entry) - LOST_MILLIS) / STEP_MILLIS);
  if (tones.length < least) return `${tones.length} tones, at least ${least} were said in time`;
  if (tones.join() !== entry.code.slice(0, tones.length).join()) return `tones ${tones} that were never said`;
  const isMarked = mail.header('X-Parley-Interrupted') !== undefined;
  if (isMarked && isWhole(entry)) return 'marked as interrupted, but it was accepted';
  if (!isMarked && entry.asked === undefined) return 'cut by the kill and not marked as interrupted';
  return undefined;
}

function told(entry: Entry): string {
  const { callId, asked = 'nothing', confirmedAt, killedAt } = entry;
  const said = `said ${Math.round(saidMillis(entry))} ms`;
  const ago =
    confirmedAt === undefined || killedAt === undefined ? '' : ` ${Math.round(killedAt - confirmedAt)} ms before`;
  return `${callId} (${said}, asked ${asked}, ${confirmedAt === undefined ? 'not confirmed' : `confirmed${ago}`})`;
}
