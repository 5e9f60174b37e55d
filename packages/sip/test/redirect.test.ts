import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallRefused } from '../src/index.ts';
import { headerOf } from './memory-network.ts';
import { assertNothingLeft } from './raw-call.ts';
import { scene } from './scene.ts';

test('a redirection is a refusal with Contact, and Diversion and Reason with it; the caller hears all of them', async () => {
  const stage = await scene();
  stage.onInvitation = invitation =>
    invitation.reject({
      status: 302,
      headers: [
        ['Contact', '<sip:1001@10.0.0.5:5070;transport=tcp>;q=0.9'],
        ['Contact', '<sip:1001@10.0.0.6>;q=0.5'],
        ['Diversion', '<sip:1001@10.0.0.1>;reason=no-answer'],
        ['Reason', 'SIP;cause=302;text="Um node"'],
      ],
    });
  const phone = await stage.another('10.0.0.9');
  const inviter = phone.invite({ uri: 'sip:1001@10.0.0.1' }, { from: 'sip:a@10.0.0.9' });
  const refused = await inviter.answered.then(
    () => assert.fail('answered'),
    (thrown: unknown) => thrown,
  );
  assert.ok(refused instanceof CallRefused && refused.status === 302);
  const said = (name: string) => refused.headers.filter(([one]) => one === name).map(([, value]) => value);
  assert.deepEqual(said('Contact'), ['<sip:1001@10.0.0.5:5070;transport=tcp>;q=0.9', '<sip:1001@10.0.0.6>;q=0.5']);
  assert.deepEqual(said('Reason'), ['SIP;cause=302;text="Um node"']);
  assert.equal(said('Diversion').length, 1);
  assert.equal(headerOf(stage.network.sent.at(-1)?.text ?? '', 'CSeq'), '1 ACK');
  await assertNothingLeft(stage);
});
