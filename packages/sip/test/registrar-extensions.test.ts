import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Peer, parseNameAddress, parseUri } from '../src/index.ts';
import { DOMAIN, registrarScene, valuesOf } from './registrar-scene.ts';

const DESK = '<sip:ann@10.0.0.2>';
const INSTANCE = 'urn:uuid:00000000-0000-1000-8000-000A95A0E128';
const flow = (regId: number, port = 5060, instance = INSTANCE) =>
  `<sip:ann@10.0.0.2:${port};ob>;reg-id=${regId};+sip.instance="<${instance}>"`;
const OUTBOUND = 'Supported: outbound, path, gruu';
const TCP: Peer = { transport: 'tcp', address: '10.0.0.2', port: 40_001 };
const ANN = parseUri(`sip:ann@${DOMAIN}`);

test('Path is kept in order and told back; a phone that does not know it is refused unless that is allowed', async () => {
  const path = ['Path: <sip:near-us;lr>, <sip:middle;lr>', 'Path: <sip:near-phone;lr;ob>'];
  const values = ['<sip:near-us;lr>', '<sip:middle;lr>', '<sip:near-phone;lr;ob>'];
  const { register, registrar } = registrarScene();
  const refused = await register({ contact: DESK, extra: path });
  assert.equal(refused.status, 420);
  assert.deepEqual(valuesOf(refused, 'Unsupported'), ['path']);
  assert.deepEqual(valuesOf(refused, 'Path'), values);
  const kept = await register({ contact: DESK, extra: [...path, 'Supported: path'] });
  assert.deepEqual(valuesOf(kept, 'Path'), values);
  assert.deepEqual(await registrar.targets(ANN), [{ uri: 'sip:ann@10.0.0.2', routes: values, q: 1 }]);
  const tolerant = registrarScene({ unknownPath: 'keep' });
  const silent = await tolerant.register({ contact: DESK, extra: path });
  assert.deepEqual([silent.status, valuesOf(silent, 'Path')], [200, []]);
  assert.equal((await tolerant.registrar.targets(ANN))?.[0].routes?.length, 3);
  await assert.rejects(register({ contact: DESK, extra: ['Supported: path', 'Path: nonsense'] }), { status: 400 });
});

test('Service-Route is told to every phone that registers', async () => {
  const serviceRoute = ['<sip:home;lr>', '<sip:other;lr>'];
  const { register } = registrarScene({ serviceRoute });
  assert.deepEqual(valuesOf(await register({ contact: DESK }), 'Service-Route'), serviceRoute);
  assert.deepEqual(
    valuesOf(await register({ contact: '*', extra: ['Expires: 0'], cseq: 2 }), 'Service-Route'),
    serviceRoute,
  );
});

test('a flow is known by its device and number: a new address, another Call-ID replace it; other numbers are other flows', async () => {
  const { register, contacts, registrar, clock } = registrarScene({ flowTimer: 120 });
  const first = await register({ contact: flow(1), extra: [OUTBOUND] }, TCP);
  assert.deepEqual([valuesOf(first, 'Require'), valuesOf(first, 'Flow-Timer')], [['outbound'], ['120']]);
  await register({ contact: flow(2), extra: [OUTBOUND], cseq: 2, callId: 'second' }, { ...TCP, port: 40_002 });
  clock.advance(1000);
  const moved = await register(
    { contact: flow(1, 6060), extra: [OUTBOUND], callId: 'reboot' },
    { ...TCP, port: 40_003 },
  );
  assert.deepEqual(
    contacts(moved).map(text => parseNameAddress(text).uriText),
    ['sip:ann@10.0.0.2:6060;ob', 'sip:ann@10.0.0.2:5060;ob'],
  );
  const [target, ...others] = (await registrar.targets(ANN)) ?? [];
  assert.deepEqual(others, [], 'flows of one device are one target');
  assert.deepEqual([target.flow?.port, target.flowOnly], [40_003, true]);
  assert.deepEqual(
    target.instead?.map(one => one.flow?.port),
    [40_002],
  );
});

test('without outbound in Supported, or without a device, reg-id means nothing', async () => {
  const { register, contacts } = registrarScene();
  await register({ contact: flow(1) });
  assert.equal(contacts(await register({ contact: flow(1, 6060), cseq: 2 })).length, 2);
  const alone = await register({ contact: `${DESK};reg-id=1`, extra: [OUTBOUND], cseq: 3 });
  assert.deepEqual(valuesOf(alone, 'Require'), []);
});

test('the first hop must keep flows, or be us: 439; and one flow at a time', async () => {
  const { register } = registrarScene();
  const near = ['Path: <sip:us;lr>, <sip:edge;lr;ob>', OUTBOUND];
  const far = ['Path: <sip:edge;lr;ob>, <sip:old;lr>', OUTBOUND];
  assert.equal((await register({ contact: flow(1), extra: far, proxied: true })).status, 439);
  assert.equal((await register({ contact: flow(1), extra: [OUTBOUND], proxied: true })).status, 439);
  assert.equal((await register({ contact: flow(1), extra: near, proxied: true })).status, 200);
  await assert.rejects(register({ contact: `${flow(1)}, ${flow(2)}`, extra: [OUTBOUND], cseq: 2 }), { status: 400 });
});

test('whoever has come by a connection is reached by it, and else by what he said', async () => {
  const { register, registrar } = registrarScene();
  await register({ contact: DESK }, TCP);
  assert.deepEqual(await registrar.targets(ANN), [
    { uri: 'sip:ann@10.0.0.2', routes: [], q: 1, flow: { transport: 'tcp', address: '10.0.0.2', port: 40_001 } },
  ]);
});

test('targets: by q, without what a Request-URI may not have; nobody there is an empty list, another domain is none', async () => {
  const { register, registrar } = registrarScene();
  const header = `${DESK};q=0.25, <sip:ann@10.0.0.3;method=INVITE;x?Route=%3Csip:evil%3E&Subject=hi>;q=0.5`;
  await register({ contact: header });
  assert.deepEqual(await registrar.targets(parseUri(`sips:ann@${DOMAIN}:5061`)), [
    { uri: 'sip:ann@10.0.0.2', routes: [], q: 0.25 },
    { uri: 'sip:ann@10.0.0.3;x', routes: [], q: 0.5 },
  ]);
  assert.deepEqual(await registrar.targets(parseUri(`sip:${DOMAIN}`)), []);
  assert.deepEqual(await registrar.targets(parseUri(`sip:bob@${DOMAIN}`)), []);
  assert.equal(await registrar.targets(parseUri('sip:ann@elsewhere.example')), undefined);
  assert.equal(await registrar.targets(parseUri('tel:+1')), undefined);
});

/** The GRUUs in a Contact of an answer. */
function gruusOf(contact: string): { publicOne: string; temporary: string } {
  const { parameters } = parseNameAddress(contact);
  return { publicOne: parameters.get('pub-gruu') ?? '', temporary: parameters.get('temp-gruu') ?? '' };
}

test('GRUUs: the public one is always the same, temporary ones are new and tell nothing; both lead to that device alone', async () => {
  const { register, contacts, registrar } = registrarScene();
  const device = `${DESK};+sip.instance="<${INSTANCE}>";pub-gruu="sip:forged@x"`;
  await register({ contact: '<sip:ann@10.0.0.3>;+sip.instance="<urn:x:other>"', callId: 'other' });
  const answers = [];
  for (const cseq of [1, 2]) answers.push(await register({ contact: device, extra: ['Supported: gruu'], cseq }));
  const [first, second] = answers.map(answer => gruusOf(contacts(answer)[1]));
  assert.equal(first.publicOne, `sip:ann@${DOMAIN};gr=${INSTANCE}`);
  assert.equal(second.publicOne, first.publicOne);
  assert.notEqual(first.temporary, second.temporary);
  assert.ok(!/ann|00000000/i.test(Buffer.from(first.temporary.slice(10), 'base64url').toString('latin1')));
  for (const uri of [first.publicOne, first.temporary, second.temporary])
    assert.deepEqual(await registrar.targets(parseUri(uri)), [{ uri: 'sip:ann@10.0.0.2', routes: [], q: 1 }], uri);
  const silent = contacts(await register({ contact: device, cseq: 3 }))[1];
  assert.equal(silent, `${DESK};+sip.instance="<${INSTANCE}>";expires=3600`);
});

test('a temporary GRUU ends with its registration, with its Call-ID, and where anybody has changed it', async () => {
  const { register, contacts, registrar, clock } = registrarScene({ domains: [DOMAIN, 'other.example'] });
  const device = `${DESK};+sip.instance="<${INSTANCE}>"`;
  const extra = ['Supported: gruu'];
  const { temporary, publicOne } = gruusOf(contacts(await register({ contact: device, extra }))[0]);
  const found = async (uri: string) => (await registrar.targets(parseUri(uri)))?.length;
  assert.equal(await found(temporary), 1);
  for (let at = 4; at < temporary.indexOf('@'); at += 7) {
    const other = temporary[at] === 'A' ? 'B' : 'A';
    assert.equal(await found(temporary.slice(0, at) + other + temporary.slice(at + 1)), 0, `character ${at}`);
  }
  assert.equal(await found(`sip:tgruu.AAAA@${DOMAIN};gr`), 0);
  assert.equal(await found(temporary.replace(`@${DOMAIN}`, '@other.example')), 0, 'of another domain of ours');
  await register({ contact: device, extra, callId: 'reboot' });
  assert.deepEqual([await found(temporary), await found(publicOne)], [0, 1]);
  clock.advance(3_600_000);
  assert.equal(await found(publicOne), 0);
});
