import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { createRegistrar, type Eventually, MemoryBindings, type ProxyTarget, type Uri } from '../src/index.ts';
import { firstWords, headerOf, type RawPeer } from './memory-network.ts';
import { answer, assertNothingLeft, PROXY, proxyScene, rawCaller } from './proxy-scene.ts';
import { DOMAIN, registerText } from './registrar-scene.ts';

const INSTANCE = 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
const GRUU = `sip:ann@${DOMAIN};gr=${INSTANCE}`;
type Locate = (uri: Uri) => Eventually<readonly ProxyTarget[] | undefined>;

/**
 * A telephone of Ann's that has got a GRUU and has it as its Contact in a call over UDP (RFC 5627 section 4.4), and who has called it,
 * with the Route that both have learned.
 */
async function called(locate: (targets: Locate) => Locate = targets => targets) {
  const clock = new FakeClock();
  const bindings = new MemoryBindings({ clock });
  const registrar = createRegistrar({ clock, log: silentLog, bindings, domains: [DOMAIN, '10.0.0.5'] });
  const stage = await proxyScene({
    clock,
    services: { REGISTER: registrar },
    locate: locate(uri => registrar.targets(uri)),
  });
  stage.route = async ({ requestUri }) => ({ kind: 'forward', targets: (await registrar.targets(requestUri)) ?? [] });
  const phone = await stage.network.peer('10.0.0.2');
  const register = (more: { cseq: number; contact: string }) =>
    phone.ask(registerText({ extra: ['Supported: gruu'], ...more }), PROXY);
  const [registered] = await register({ cseq: 1, contact: `<sip:ann@10.0.0.2:5060>;+sip.instance="<${INSTANCE}>"` });
  assert.ok(registered.includes(`pub-gruu="${GRUU}"`));
  const caller = await rawCaller(stage, '10.0.0.9');
  await caller.say({ method: 'INVITE', uri: `sip:ann@${DOMAIN}` });
  await answer(phone, 'INVITE', { status: 200, toTag: 'ann', extra: [`Contact: <${GRUU}>`] });
  const route = `Route: ${headerOf(caller.peer.heard.at(-1) ?? '', 'Record-Route')}`;
  const inside = (method: string, uri = GRUU, cseq = method === 'ACK' ? 1 : 2, further: readonly string[] = []) =>
    caller.say({ method, uri, toTag: 'ann', extra: [route, ...further], cseq });
  return { stage, bindings, phone, caller, register, inside };
}

const newest = ({ heard }: RawPeer): string => heard.at(-1)?.split('\r\n', 1)[0] ?? '';

test('a GRUU as Contact leads requests of the dialog, ACK too, to the place that its device has registered (RFC 5627 5.2)', async () => {
  const { stage, phone, caller, inside } = await called();
  await inside('ACK');
  assert.equal(newest(phone), 'ACK sip:ann@10.0.0.2:5060 SIP/2.0');
  await inside('BYE');
  assert.equal(newest(phone), 'BYE sip:ann@10.0.0.2:5060 SIP/2.0');
  await answer(phone, 'BYE', { status: 200 });
  assert.equal(firstWords(caller.peer.heard).at(-1), '200 Whatever');
  assert.equal(stage.routed.length, 1, 'nothing of the dialog is asked for at the routing');
  await stage.clock.run(7_200_000);
  await assertNothingLeft(stage);
  await stage.close();
});

test('where bindings are looked up elsewhere the requests wait for that; a failure is 500, and the ACK is dropped', async () => {
  let fails = false;
  const { stage, phone, caller, inside } = await called(targets => async uri => {
    if (fails) throw new Error('the directory is gone');
    return await targets(uri);
  });
  await inside('ACK');
  assert.equal(newest(phone), 'ACK sip:ann@10.0.0.2:5060 SIP/2.0');
  fails = true;
  const heard = phone.heard.length;
  await inside('ACK');
  await inside('BYE');
  assert.equal(phone.heard.length, heard);
  assert.equal(firstWords(caller.peer.heard).at(-1), '500 Server Internal Error');
  await stage.clock.run(7_200_000);
  await assertNothingLeft(stage, 1);
  await stage.close();
});

test('a device that has moved is found where it is now; one that has gone is not there; what is no GRUU says where it is, even at an address that is a domain of ours', async () => {
  const { stage, bindings, phone, caller, register, inside } = await called();
  const there = await stage.network.peer('10.0.0.5');
  const moved = `<sip:ann@10.0.0.2:5060>;expires=0, <sip:ann@10.0.0.5:5060>;+sip.instance="<${INSTANCE}>"`;
  await register({ cseq: 2, contact: moved });
  await inside('ACK');
  assert.deepEqual([newest(there), firstWords(phone.heard).at(-1)], ['ACK sip:ann@10.0.0.5:5060 SIP/2.0', '200 OK']);
  bindings.change(`ann@${DOMAIN}`, () => []);
  await inside('ACK');
  await inside('INFO');
  assert.equal(firstWords(caller.peer.heard).at(-1), '480 Temporarily Unavailable');
  await inside('BYE', 'sip:ann@10.0.0.5:5060', 3);
  assert.deepEqual(firstWords(there.heard), ['ACK', 'BYE']);
  await answer(there, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
  await stage.close();
});

test('a proxy between here and the device, which knows no GRUUs, is told its Contact; the way to it stays the one of the dialog', async () => {
  const { stage, bindings, inside } = await called();
  const between = await stage.network.peer('10.0.0.8');
  const further = ['Route: <sip:10.0.0.8;lr>'];
  await inside('ACK', GRUU, 1, further);
  await inside('INFO', GRUU, 2, further);
  for (const [at, method] of ['ACK', 'INFO'].entries()) {
    assert.ok(between.heard[at].startsWith(`${method} sip:ann@10.0.0.2:5060 SIP/2.0\r\n`));
    assert.equal(headerOf(between.heard[at], 'Route'), '<sip:10.0.0.8;lr>');
  }
  await answer(between, 'INFO', { status: 200 });
  bindings.change(`ann@${DOMAIN}`, () => []);
  await inside('BYE', GRUU, 3, further);
  assert.ok(between.heard[2].startsWith(`BYE ${GRUU} SIP/2.0\r\n`), 'it may know where that is');
  await answer(between, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
  await stage.close();
});
