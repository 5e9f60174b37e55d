import assert from 'node:assert/strict';
import { settle } from '@parley/base/fake-clock';
import type { Dialog, InviteOptions, UserAgentOptions } from '../src/index.ts';
import { headerOf, type RawPeer, tagIn } from './memory-network.ts';
import { type RequestText, requestText, SDP } from './messages.ts';
import { NOTHING, type Scene, SERVER, scene, sdp } from './scene.ts';

export interface AnswerText {
  readonly status: number;
  readonly toTag?: string;
  /** Header lines to add, without line ends. */
  readonly extra?: readonly string[];
  readonly body?: string;
  readonly contact?: string;
}

/** The text of an answer to a request that we sent, from 10.0.0.2. */
export function answerText(request: string, { status, toTag, extra = [], body = '', contact }: AnswerText): string {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(request, name)}`);
  const to = headerOf(request, 'To') ?? '';
  const lines = [
    `SIP/2.0 ${status} Whatever`,
    ...copied,
    `To: ${to}${toTag && !to.includes(';tag=') ? `;tag=${toTag}` : ''}`,
    `Contact: ${contact ?? '<sip:bob@10.0.0.2:5060>'}`,
    ...extra,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The body of a message's text. */
export const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);

/** The newest message that begins so. */
export function newest(heard: readonly string[], start: string): string {
  const found = heard.findLast(text => text.startsWith(start));
  assert.ok(found, `nothing begins with "${start}"`);
  return found;
}

/** A peer that calls us and speaks text: its INVITE has come, `extra` are its header lines. */
export async function rawCaller(
  extra: readonly string[] = [],
  { body = SDP, ...options }: Partial<UserAgentOptions> & { body?: string } = {},
) {
  const stage = await scene(options);
  const peer = await stage.network.peer('10.0.0.2');
  await peer.ask(requestText({ method: 'INVITE', body, extra }), SERVER);
  const invitation = stage.invitations[0];
  const say = (request: RequestText) =>
    peer.ask(requestText({ toTag: tagIn(newest(peer.heard, 'SIP/2.0'), 'To'), ...request }), SERVER);
  return { stage, peer, invitation, say };
}

/** The same in a call: answered and acknowledged. */
export async function rawCall(extra: readonly string[] = [], options: Partial<UserAgentOptions> = {}) {
  const call = await rawCaller(extra, options);
  const dialogs: Dialog[] = [];
  void call.invitation.answer(sdp('answer')).then(dialog => dialogs.push(dialog));
  await settle();
  const toTag = tagIn(newest(call.peer.heard, 'SIP/2.0 200'), 'To');
  const say = (request: RequestText) => call.peer.ask(requestText({ toTag, ...request }), SERVER);
  await say({ method: 'ACK' });
  return { ...call, say, toTag, dialog: dialogs[0] };
}

/** A call of ours to a peer that answers by hand. */
export async function rawCallee(options: Partial<InviteOptions> = {}, agent: Partial<UserAgentOptions> = {}) {
  const stage = await scene(agent);
  const peer = await stage.network.peer('10.0.0.2');
  const inviter = stage.agent.invite(
    { uri: 'sip:bob@10.0.0.2' },
    { from: 'sip:ann@10.0.0.1', body: sdp('offer'), ...options },
  );
  await settle();
  const [invite] = peer.heard;
  const answer = (parts: AnswerText) => peer.ask(answerText(invite, parts), SERVER);
  return { stage, peer, inviter, invite, answer };
}

/** Answers the newest request of ours of that method. */
export const reply = (peer: RawPeer, method: string, parts: AnswerText) =>
  peer.ask(answerText(newest(peer.heard, `${method} `), parts), SERVER);

/** Lets everything that is under way come to its end, and looks for what is left. */
export async function assertNothingLeft(stage: Scene): Promise<void> {
  await stage.clock.run(64 * 500 * 3);
  assert.deepEqual(stage.agent.counts(), NOTHING);
  assert.equal(stage.clock.timers, 0);
  assert.deepEqual(
    stage.lines.filter(({ level }) => level === 'error'),
    [],
  );
}
