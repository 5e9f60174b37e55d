import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { DigestServer, type SipParseError } from '../src/index.ts';
import { PHONE, registrarScene, requestOf, valuesOf } from './registrar-scene.ts';
import { rfc4475 } from './torture/messages.ts';

const scene = (digest?: DigestServer) => registrarScene({ domains: ['example.com'], digest });
const registering = (name: string, { registrar } = scene()) =>
  registrar.answer(requestOf(rfc4475(name).toString('latin1')), PHONE);

/** What RFC 4475 section 3.3 says that a registrar makes of its REGISTERs. */
const KEPT: readonly (readonly [name: string, contact: string])[] = [
  // 3.3.12: a header parameter, because there are no brackets.
  ['cparam01', '<sip:+19725552222@gw1.example.net>;unknownparam;expires=3600'],
  // 3.3.13: a parameter of the URI, because there are.
  ['cparam02', '<sip:+19725552222@gw1.example.net;unknownparam>;expires=3600'],
  // 3.3.14: the embedded Route is a part of the binding.
  ['regescrt', '<sip:user@example.com?Route=%3Csip:sip.example.com%3E>;expires=3600'],
];

for (const [name, contact] of KEPT)
  test(`${name}: kept, with what nobody knows`, async () => {
    const answer = await registering(name);
    assert.equal(answer?.status, 200);
    assert.deepEqual(answer && valuesOf(answer, 'Contact'), [contact]);
  });

test('regescrt: whoever calls that binding gets no Route of its making', async () => {
  const stage = scene();
  await registering('regescrt', stage);
  const request = requestOf(rfc4475('regescrt').toString('latin1'));
  assert.deepEqual(await stage.registrar.targets(request.to.uri), [{ uri: 'sip:user@example.com', routes: [], q: 1 }]);
});

test('unksm2: no address-of-record of this domain, 404', async () => {
  const stage = scene();
  assert.equal((await registering('unksm2', stage))?.status, 404);
  assert.equal(stage.bindings.size, 0);
});

test('regaut01: credentials of a scheme that nobody knows are none, 401', async () => {
  const clock = new FakeClock();
  const digest = new DigestServer({ realm: 'example.com', clock, lookup: () => undefined });
  const answer = await registering('regaut01', scene(digest));
  assert.equal(answer?.status, 401);
  assert.match((answer && valuesOf(answer, 'WWW-Authenticate')[0]) ?? '', /^Digest realm="example\.com"/);
  // Without digest it only asks what is there, which is nothing.
  const open = await registering('regaut01');
  assert.deepEqual([open?.status, open && valuesOf(open, 'Contact')], [200, []]);
});

test('regbadct: a URI with "?" needs brackets, 400', async () => {
  const stage = scene();
  assert.throws(
    () => registering('regbadct', stage),
    (error: SipParseError) => error.status === 400 && error.where === 'Contact',
  );
  assert.equal(stage.bindings.size, 0);
});
