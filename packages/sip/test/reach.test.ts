import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { Dialog, UserAgentOptions } from '../src/index.ts';
import { firstWords, headerOf, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { SERVER, scene, sdp } from './scene.ts';

const GATEWAY = '10.0.0.2';
const ELSEWHERE = '10.0.0.66';
const only: Partial<UserAgentOptions> = { mayReach: ({ address }) => address === GATEWAY };

interface Case {
  readonly name: string;
  readonly contact?: string;
  readonly extra?: readonly string[];
}

const led: readonly Case[] = [
  { name: 'Contact', contact: `<sip:victim@${ELSEWHERE}:5060>` },
  { name: 'Contact with a port of something else', contact: `<sip:victim@${ELSEWHERE}:25;transport=tcp>` },
  { name: 'Record-Route', extra: [`Record-Route: <sip:${ELSEWHERE}:5060;lr>`] },
  { name: 'Record-Route of a strict router', extra: [`Record-Route: <sip:${ELSEWHERE}:5060>`] },
];

/** A call from the gateway that is answered; whoever listens elsewhere, too. */
async function called({ contact, extra }: Case, options: Partial<UserAgentOptions>) {
  const stage = await scene(options);
  const dialogs: Dialog[] = [];
  stage.onInvitation = invitation => void invitation.answer(sdp('answer')).then(dialog => dialogs.push(dialog));
  const gateway = await stage.network.peer(GATEWAY);
  const elsewhere = await stage.network.peer(ELSEWHERE);
  const said = { callId: 'led', branch: 'z9hG4bKled', extra, body: SDP };
  const answers = await gateway.ask(requestText({ ...said, method: 'INVITE', ...(contact && { contact }) }), SERVER);
  const toTag = tagIn(answers.at(-1) ?? '', 'To');
  await gateway.ask(requestText({ method: 'ACK', callId: 'led', toTag }), SERVER);
  await settle();
  return { stage, gateway, elsewhere, dialog: dialogs[0] };
}

for (const each of led)
  test(`${each.name} that leads where nothing may be sent: BYE goes back the way the call came, and says whom it is for`, async () => {
    const { stage, gateway, elsewhere, dialog } = await called(each, only);
    const before = gateway.heard.length;
    void dialog.bye();
    await stage.clock.run(64_000);
    assert.deepEqual(elsewhere.heard, []);
    const [bye] = gateway.heard.slice(before);
    assert.deepEqual(firstWords([bye]), ['BYE']);
    assert.ok(bye.includes(ELSEWHERE), 'Request-URI and Route are those of the dialog');
    assert.equal(headerOf(bye, 'Call-ID'), 'led');
    const targets = stage.network.sent.map(({ to }) => to);
    assert.ok(targets.every(to => !to.startsWith(ELSEWHERE)));
  });

/** Without a rule: where there is simply no way. */
const lost: readonly Case[] = [
  { name: 'a Contact that no DNS knows', contact: '<sip:pbx@pbx.invalid-lan>' },
  { name: 'a Contact by a transport that is not listened for', contact: `<sip:gw@${GATEWAY}:5061;transport=tls>` },
  { name: 'a Record-Route that no DNS knows', extra: ['Record-Route: <sip:sbc.invalid-lan;lr>'] },
];

for (const each of lost)
  test(`${each.name}: BYE goes back the way the call came`, async () => {
    const none = async () => [];
    const { stage, gateway, dialog } = await called(each, { resolver: { naptr: none, srv: none, addresses: none } });
    const before = gateway.heard.length;
    const ended = dialog.bye();
    await stage.clock.run(100);
    assert.deepEqual(firstWords(gateway.heard.slice(before)), ['BYE']);
    await stage.clock.run(64_000);
    await ended;
  });

test('where requests may be sent they go where Contact says, and without a rule anywhere', async () => {
  const anywhere: readonly Partial<UserAgentOptions>[] = [{}, { mayReach: () => true }];
  for (const options of anywhere) {
    const { stage, gateway, elsewhere, dialog } = await called(led[0], options);
    const before = gateway.heard.length;
    void dialog.bye();
    await stage.clock.run(1000);
    assert.equal(firstWords(elsewhere.heard)[0], 'BYE');
    assert.equal(gateway.heard.length, before);
  }
});

test('a call of ours: the ACK to a 2xx with a Contact elsewhere goes to where the 2xx came from', async () => {
  const stage = await scene(only);
  const gateway = await stage.network.peer(GATEWAY);
  const elsewhere = await stage.network.peer(ELSEWHERE);
  const inviter = stage.agent.invite({ uri: `sip:1001@${GATEWAY}` }, { from: 'sip:us@10.0.0.1', body: sdp('offer') });
  await settle();
  const [invite] = gateway.heard;
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(name => `${name}: ${headerOf(invite, name)}`);
  const lines = ['SIP/2.0 200 OK', ...copied, `Contact: <sip:victim@${ELSEWHERE}>`, 'Content-Type: application/sdp'];
  const answer = lines.join('\r\n').replace(/(To: .*)/, '$1;tag=them');
  await gateway.ask(`${answer}\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`, SERVER);
  await inviter.answered;
  await settle();
  assert.deepEqual(firstWords(gateway.heard), ['INVITE', 'ACK']);
  assert.deepEqual(elsewhere.heard, []);
});

test('a subscriber whose Contact leads where nothing may be sent is told by the way that it came', async () => {
  const state = { type: 'text/plain', content: Buffer.from('state') };
  const onSubscribe = () => ({ state });
  const events = { packages: [{ name: 'message-summary', contentType: 'text/plain', onSubscribe }] };
  const stage = await scene({ ...only, events });
  const gateway = await stage.network.peer(GATEWAY);
  const extra = ['Event: message-summary', 'Expires: 600'];
  const contact = `<sip:phone@${ELSEWHERE}:5060>`;
  const heard = await gateway.ask(requestText({ method: 'SUBSCRIBE', contact, extra }), SERVER);
  assert.deepEqual(firstWords(heard), ['200 OK', 'NOTIFY']);
});

test('who refers from where nothing may be sent hears how it goes by the way that he came', async () => {
  const events = { onRefer: () => ({ taken: () => undefined }) };
  const stage = await scene({ ...only, events });
  const gateway = await stage.network.peer(GATEWAY);
  const extra = ['Refer-To: <sip:bob@example.org>'];
  const contact = `<sip:phone@${ELSEWHERE}:5060>`;
  const heard = await gateway.ask(requestText({ method: 'REFER', contact, extra }), SERVER);
  assert.deepEqual(firstWords(heard), ['202 Accepted', 'NOTIFY']);
});
