import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyError } from '@parley/base';
import { type Binding, type Bindings, DigestServer, ha1Of, MemoryBindings } from '../src/index.ts';
import { credentialsFor, DOMAIN, PHONE, registerText, registrarScene, requestOf, valuesOf } from './registrar-scene.ts';

const AOR = `ann@${DOMAIN}`;
const DESK = '<sip:ann@10.0.0.2>';
const HALL = '<sip:ann@10.0.0.3>';

test('a Contact is kept as written, with the time that it was given, and told again to who asks without one', async () => {
  const { register, contacts, clock } = registrarScene();
  const odd = '"Ann, \\"desk\\"" <sip:ann@10.0.0.2;x=y>;q=0.500;+sip.foo="<bar>"; Methods="INVITE, BYE" ;unknown';
  const kept = '"Ann, \\"desk\\"" <sip:ann@10.0.0.2;x=y>;q=0.500;+sip.foo="<bar>";Methods="INVITE, BYE";unknown';
  const first = await register({ contact: `${odd};EXPIRES=100` });
  assert.equal(first.status, 200);
  assert.deepEqual(contacts(first), [`${kept};expires=100`]);
  assert.deepEqual(valuesOf(first, 'Date'), ['Mon, 05 Jan 2026 09:00:00 GMT']);
  clock.advance(30_500);
  assert.deepEqual(contacts(await register({ callId: 'other' })), [`${kept};expires=70`]);
  clock.advance(69_500);
  assert.deepEqual(contacts(await register({ callId: 'other', cseq: 2 })), []);
});

test('how long: the parameter, then Expires, then the default; what is malformed counts as an hour, too long is cut', async () => {
  const { register, contacts } = registrarScene({ limits: { defaultExpires: 900, maxExpires: 4000 } });
  const cases: [contact: string, extra: string[], seconds: number][] = [
    [`${DESK};expires=120`, ['Expires: 500'], 120],
    [DESK, ['Expires: 500'], 500],
    [DESK, [], 900],
    [`${DESK};expires=soon`, ['Expires: 500'], 3600],
    [DESK, ['Expires: soon'], 3600],
    [`${DESK};expires=99999999999999`, [], 4000],
  ];
  for (const [at, [contact, extra, seconds]] of cases.entries())
    assert.deepEqual(contacts(await register({ contact, extra, cseq: at + 1 })), [`${DESK};expires=${seconds}`]);
});

test('too brief is 423 with the least, and nothing of the request is done; zero removes', async () => {
  const { register, contacts } = registrarScene({ limits: { minExpires: 60 } });
  await register({ contact: DESK, cseq: 1 });
  const brief = await register({ contact: `${HALL};expires=100, ${DESK};expires=59`, cseq: 2 });
  assert.equal(brief.status, 423);
  assert.deepEqual(valuesOf(brief, 'Min-Expires'), ['60']);
  assert.deepEqual(contacts(await register({ cseq: 3 })), [`${DESK};expires=3600`]);
  assert.deepEqual(contacts(await register({ contact: `${DESK};expires=0`, cseq: 4 })), []);
  // Nobody who asks for an hour is told that it is too brief (RFC 3261 section 10.3 step 7).
  const strict = registrarScene({ limits: { minExpires: 7000 } });
  assert.equal((await strict.register({ contact: `${DESK};expires=3600` })).status, 200);
});

test('"*" removes everything, but only alone and with Expires: 0', async () => {
  const { register, contacts } = registrarScene();
  await register({ contact: `${DESK}, ${HALL}` });
  await assert.rejects(register({ contact: '*', cseq: 2 }), { status: 400 });
  await assert.rejects(register({ contact: '*', extra: ['Expires: 5'], cseq: 2 }), { status: 400 });
  await assert.rejects(register({ contact: `*, ${DESK}`, extra: ['Expires: 0'], cseq: 2 }), { status: 400 });
  assert.equal(contacts(await register({ cseq: 2 })).length, 2);
  assert.deepEqual(contacts(await register({ contact: '*', extra: ['Expires: 0'], cseq: 3 })), []);
});

test('within one Call-ID what comes late changes nothing at all; another Call-ID is another phone', async () => {
  const { register, contacts } = registrarScene();
  await register({ contact: `${DESK};expires=100`, cseq: 5 });
  for (const late of [5, 4]) {
    const refused = await register({ contact: `${HALL}, ${DESK};expires=300`, cseq: late });
    assert.equal(refused.status, 500);
    assert.equal((await register({ contact: '*', extra: ['Expires: 0'], cseq: late })).status, 500);
  }
  assert.deepEqual(contacts(await register({ cseq: 9 })), [`${DESK};expires=100`]);
  assert.deepEqual(contacts(await register({ contact: `${DESK};expires=200`, cseq: 1, callId: 'reboot' })), [
    `${DESK};expires=200`,
  ]);
  assert.equal((await register({ contact: '*', extra: ['Expires: 0'], cseq: 1, callId: 'third' })).status, 200);
});

test('Contacts are the same by the rules for URIs, not by their text; the last one of a request counts', async () => {
  const { register, contacts } = registrarScene();
  await register({ contact: '<sip:ann@Phone.Example.ORG;transport=udp>' });
  const again = await register({ contact: '<sip:%61nn@phone.example.org;Transport=UDP>;q=0.1', cseq: 2 });
  assert.deepEqual(contacts(again), ['<sip:%61nn@phone.example.org;Transport=UDP>;q=0.1;expires=3600']);
  const other = await register({ contact: '<sip:ann@phone.example.org>', cseq: 3 });
  assert.equal(contacts(other).length, 2);
  const doubled = await register({ contact: `${DESK};q=0.1, ${DESK};q=0.2`, cseq: 4 });
  assert.deepEqual(contacts(doubled).slice(2), [`${DESK};q=0.2;expires=3600`]);
});

test('an address has so many Contacts; what is there may always be refreshed', async () => {
  const { register, contacts } = registrarScene({ limits: { contacts: 2 } });
  await register({ contact: `${DESK}, ${HALL}` });
  const refused = await register({ contact: '<sip:ann@10.0.0.4>', cseq: 2 });
  assert.equal(refused.status, 403);
  assert.equal(contacts(await register({ contact: `${DESK}, ${HALL}`, cseq: 3 })).length, 2);
  const moved = await register({ contact: `${DESK};expires=0, <sip:ann@10.0.0.4>`, cseq: 4 });
  assert.deepEqual(contacts(moved), [`${HALL};expires=3600`, '<sip:ann@10.0.0.4>;expires=3600']);
});

test('only what can be used and understood is kept', async () => {
  const { register } = registrarScene({ limits: { valueLength: 100, paths: 2 } });
  const bad = [
    'tel:+1555',
    '<sip:ann@10.0.0.2>;q=1.1',
    '<sip:ann@10.0.0.2>;q=0.1234',
    '<sip:ann@10.0.0.2>;reg-id=0;+sip.instance="<urn:x:1>"',
    '<sip:ann@10.0.0.2>;+sip.instance="urn:x:1"',
    '<sip:ann@10.0.0.2',
  ];
  for (const contact of bad)
    await assert.rejects(register({ contact }), { code: 'SIP_MALFORMED', status: 400 }, contact);
  await assert.rejects(register({ contact: `<sip:${'a'.repeat(100)}@10.0.0.2>` }), { status: 513 });
  const paths = ['Supported: path', 'Path: <sip:1;lr>, <sip:2;lr>', 'Path: <sip:3;lr>'];
  await assert.rejects(register({ contact: DESK, extra: paths }), { status: 513 });
});

test('whose: a domain of ours, an address in it, registered by its owner', async () => {
  const { register, registrar } = registrarScene();
  assert.equal(await registrar.answer(requestOf(registerText({ uri: 'sip:elsewhere.example' })), PHONE), undefined);
  assert.equal((await register({ to: 'sip:ann@elsewhere.example', contact: DESK })).status, 404);
  assert.equal((await register({ to: 'tel:+1555', from: 'tel:+1555', contact: DESK })).status, 404);
  assert.equal((await register({ from: `sip:mallory@${DOMAIN}`, contact: DESK })).status, 403);
  assert.equal((await register({ to: `sips:ann@EXAMPLE.org:5061;x`, contact: DESK })).status, 200);
  const third = registrarScene({ authorize: ({ by }) => by === `secretary@${DOMAIN}` });
  assert.equal((await third.register({ from: `sip:secretary@${DOMAIN}`, contact: DESK })).status, 200);
  assert.equal(third.bindings.of(AOR).length, 1);
});

test('what is required and not known here is named', async () => {
  const { register } = registrarScene();
  const refused = await register({ contact: DESK, extra: ['Require: path, foo', 'Require: gruu, bar'] });
  assert.equal(refused.status, 420);
  assert.deepEqual(valuesOf(refused, 'Unsupported'), ['foo, bar']);
});

const digestFor = (clock: ConstructorParameters<typeof DigestServer>[0]['clock']) => {
  const asked: string[] = [];
  const digest = new DigestServer({
    realm: DOMAIN,
    clock,
    algorithms: ['SHA-256'],
    lookup: (user, realm, algorithm) => {
      asked.push(user);
      return user === 'ann' || user === 'bob' ? ha1Of(algorithm, user, { realm, password: `${user}'s` }) : undefined;
    },
  });
  return { digest, asked };
};

test("credentials: asked for, checked, and only for what is their owner's; who does not exist is like who has a wrong password", async () => {
  const clock = registrarScene().clock;
  const { digest, asked } = digestFor(clock);
  const { register } = registrarScene({ clock, digest, bindings: new MemoryBindings({ clock }) });
  const challenged = await register({ contact: DESK });
  assert.equal(challenged.status, 401);
  assert.deepEqual(asked, [], 'nobody is looked up for a request without credentials');
  const [challenge] = valuesOf(challenged, 'WWW-Authenticate');
  const by = (user: string, password: string, nc: number, parts = {}) =>
    register({ contact: DESK, cseq: nc, extra: [credentialsFor(challenge, { user, password }, nc)], ...parts });
  assert.equal((await by('ann', "ann's", 1)).status, 200);
  assert.equal((await by('ann', "ann's", 1)).status, 401, 'the count is used up');
  assert.equal((await by('bob', "bob's", 2)).status, 403, 'of somebody else');
  assert.equal((await by('bob', "bob's", 3, { user: 'nobody' })).status, 403, 'whether or not it exists');
  const wrong = await by('ann', 'x', 4);
  const nobody = await by('nobody', 'x', 5, { user: 'nobody' });
  const shape = (answer: typeof wrong) => [answer.status, answer.headers?.map(([name, value]) => [name, value.length])];
  assert.deepEqual(shape(nobody), shape(wrong));
  assert.deepEqual(asked.slice(-2), ['ann', 'nobody']);
});

test('bindings that are kept elsewhere: later, or not at all', async () => {
  const { clock, bindings } = registrarScene();
  let fails = false;
  const far: Bindings = {
    of: async aor => bindings.of(aor),
    addressesOf: async instance => bindings.addressesOf(instance),
    change: async (aor, decide: (present: readonly Binding[]) => readonly Binding[]) => {
      if (fails) throw new ParleyError('SIP_BINDINGS_LOST', 'the database is away');
      return bindings.change(aor, decide);
    },
  };
  const { register, contacts, lines, registrar } = registrarScene({ clock, bindings: far });
  assert.equal(contacts(await register({ contact: DESK })).length, 1);
  assert.equal((await registrar.targets({ ...requestOf(registerText()).to.uri }))?.length, 1);
  fails = true;
  assert.equal((await register({ contact: HALL, cseq: 2 })).status, 503);
  assert.equal(lines.at(-1)?.fields.code, 'SIP_BINDINGS_LOST');
  const full = registrarScene({ clock, bindings: new MemoryBindings({ clock, most: 1 }) });
  assert.equal((await full.register({ contact: DESK })).status, 200);
  assert.equal((await full.register({ contact: HALL, cseq: 2 })).status, 503);
  assert.equal((await full.register({ contact: DESK, cseq: 3 })).status, 200);
});
