import { memoryLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import type { MediaSession } from '@parley/media';
import type { Call, Prompt, Prompter, RequiredEncryption } from '../../src/index.ts';
import { type Dialer, SipCall, type SipCallOptions } from '../../src/index.ts';
import { FakeInvitation } from './fake-invitation.ts';
import { FakeMedia } from './fake-media.ts';

/** What a phone offers. */
export const OFFER = sdp('m=audio 6000 RTP/AVP 8 0 101', 'a=rtpmap:101 telephone-event/8000');

/** What one offers that encrypts. */
export const SECURED_OFFER = sdp(
  'm=audio 6000 RTP/SAVP 8 0 101',
  'a=rtpmap:101 telephone-event/8000',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm',
);

export function sdp(...media: readonly string[]): string {
  return `${['v=0', 'o=- 1 1 IN IP4 198.51.100.1', 's=-', 'c=IN IP4 198.51.100.1', 't=0 0', ...media].join('\r\n')}\r\n`;
}

/** A prompt of one piece. */
export const say = (id: string): Prompt => [{ kind: 'prompt', id }];

/** Every prompt is one clip, numbered by its place in the list; files are lost. */
export class FakePrompter implements Prompter {
  readonly asked: string[] = [];
  fails = false;

  async sources(prompt: Prompt, language: string) {
    if (this.fails) throw new Error('the voice is gone');
    this.asked.push(language);
    return prompt.filter(({ kind }) => kind !== 'file').map((_, clip) => ({ kind: 'clip', clip }) as const);
  }
}

interface RigOptions {
  readonly offer?: string;
  readonly mediaAddress?: () => string;
  readonly mediaAlsoFrom?: SipCallOptions['mediaAlsoFrom'];
  readonly latchMedia?: boolean;
  /** What opening a media session gives; a fake session when left out. */
  readonly openMedia?: (media: FakeMedia, beside?: MediaSession) => Promise<MediaSession | undefined>;
  readonly dialer?: Dialer;
  readonly music?: Prompt;
  readonly followRefer?: boolean;
  /** What the flow requires before it answers. */
  readonly required?: RequiredEncryption;
}

/** A SIP call with everything around it played by the test. */
export function rig(options: RigOptions = {}) {
  const clock = new FakeClock();
  const log = memoryLog();
  const media = new FakeMedia();
  const prompter = new FakePrompter();
  const transcript: string[] = [];
  const invitation = new FakeInvitation('offer' in options ? options.offer : OFFER);
  const call = new SipCall({
    invitation,
    facts: {
      callId: 'one@198.51.100.1',
      startedAt: clock.wall(),
      caller: { name: 'Bob', user: '5550123', host: '198.51.100.1' },
      anonymous: false,
      dialled: '1001',
      called: [],
      explanation: [],
      gateway: 'loopback',
      transport: 'udp',
      certified: false,
    },
    openMedia: ({ beside }) => (options.openMedia ? options.openMedia(media, beside) : Promise.resolve(media)),
    ...(options.dialer && { dialer: options.dialer }),
    ...(options.music && { music: options.music }),
    ...(options.followRefer && { followRefer: true }),
    ...(options.mediaAddress === undefined ? {} : { mediaAddress: options.mediaAddress }),
    ...(options.mediaAlsoFrom === undefined ? {} : { mediaAlsoFrom: options.mediaAlsoFrom }),
    ...(options.latchMedia === undefined ? {} : { latchMedia: options.latchMedia }),
    prompter,
    clock,
    log,
    transcript: line => transcript.push(line),
  });
  return { call, invitation, media, prompter, clock, log, transcript };
}

/** The same, answered. */
export async function answeredRig(options: RigOptions = {}) {
  const made = rig(options);
  if (options.required) made.call.requireEncryption(options.required);
  const answered = made.call.answer();
  await settle();
  made.invitation.acknowledge();
  await answered;
  return made;
}

/** What a verb that is not expected to succeed rejected with. */
export async function failure(verb: Promise<unknown>): Promise<unknown> {
  return verb.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Records a take as flows do. */
export function record(call: Call, tone?: Prompt) {
  return call.record({ draft: 'd', take: 1, tone, maxMillis: 60_000, idleMillis: 5000, endKeys: '#' });
}
