import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequest, buildResponse, type RawHeader } from '../message/index.ts';
import { afterTooBrief, termsAsClient, termsAsServer, tooBrief, wishHeaders } from './session-terms.ts';

const WISH = { seconds: 1800, minimum: 90 };
const TIMER: RawHeader = ['Supported', 'timer'];
const request = (...headers: RawHeader[]) => buildRequest({ method: 'INVITE', uri: 'sip:a@b', headers });
const response = (status: number, ...headers: RawHeader[]) => buildResponse(request(), { status, headers });

/** RFC 4028 table 2, and the rules of section 9 for how long. */
const server: readonly (readonly [
  name: string,
  headers: readonly RawHeader[],
  now: boolean,
  says: string,
  we: boolean,
])[] = [
  ['no timers, nothing asked', [], false, '1800;refresher=uas', true],
  ['no timers, asked for by a proxy', [['Session-Expires', '600']], false, '600;refresher=uas', true],
  ['timers, nothing asked: the caller refreshes', [TIMER], false, '1800;refresher=uac', false],
  ['timers, no refresher named', [TIMER, ['Session-Expires', '600']], false, '600;refresher=uac', false],
  ['we refresh by now', [TIMER, ['Session-Expires', '600']], true, '600;refresher=uas', true],
  ['uac named', [TIMER, ['Session-Expires', '600;refresher=uac']], true, '600;refresher=uac', false],
  ['uas named', [TIMER, ['Session-Expires', '600;refresher=uas']], false, '600;refresher=uas', true],
  ['longer than we like', [TIMER, ['Session-Expires', '9000;refresher=uac']], false, '1800;refresher=uac', false],
  [
    'but not below Min-SE',
    [TIMER, ['Session-Expires', '9000'], ['Min-SE', '3600']],
    false,
    '3600;refresher=uac',
    false,
  ],
  ['nothing asked, Min-SE', [TIMER, ['Min-SE', '7200']], false, '7200;refresher=uac', false],
];

for (const [name, headers, weRefreshNow, says, weRefresh] of server)
  test(`our 2xx: ${name} -> ${says}`, () => {
    const { terms, headers: ours } = termsAsServer(request(...headers), WISH, weRefreshNow);
    assert.deepEqual(ours[0], ['Session-Expires', says]);
    assert.deepEqual(terms, { seconds: Number.parseInt(says, 10), weRefresh });
    const knows = headers.includes(TIMER);
    assert.deepEqual(ours.slice(1), knows ? [['Require', 'timer']] : []);
  });

const client: readonly (readonly [name: string, headers: readonly RawHeader[], seconds: number, we: boolean])[] = [
  ['the other side knows no timers: we refresh', [], 1800, true],
  ['uac', [['Session-Expires', '600;refresher=uac']], 600, true],
  ['uas', [['x', '600 ;refresher=UAS']], 600, false],
  ['nobody named: who asked does it', [['Session-Expires', '600']], 600, true],
  ['shorter than anybody may answer', [['Session-Expires', '1;refresher=uac']], 90, true],
  ['longer than asked for: they will be too late for us', [['Session-Expires', '99999;refresher=uas']], 1800, true],
  ['that cannot be read', [['Session-Expires', 'soon']], 1800, true],
  [
    'twice',
    [
      ['Session-Expires', '600'],
      ['x', '700'],
    ],
    1800,
    true,
  ],
];

for (const [name, headers, seconds, weRefresh] of client)
  test(`their 2xx: ${name}`, () => {
    assert.deepEqual(termsAsClient(response(200, ...headers), WISH), { seconds, weRefresh });
  });

test('422: only for who knows timers, with what we allow; nonsense is refused as such', () => {
  const wish = { seconds: 1800, minimum: 300 };
  assert.deepEqual(tooBrief(request(TIMER, ['Session-Expires', '299']), wish), {
    status: 422,
    headers: [['Min-SE', '300']],
  });
  assert.equal(tooBrief(request(TIMER, ['Session-Expires', '300']), wish), undefined);
  assert.equal(tooBrief(request(['Session-Expires', '10']), wish), undefined);
  assert.equal(tooBrief(request(TIMER), wish), undefined);
  for (const broken of [
    ['Session-Expires', 'x'],
    ['Min-SE', '-'],
  ] as const)
    assert.throws(() => tooBrief(request(broken), wish), { code: 'SIP_MALFORMED' });
});

test('after a 422 the wish is at least what was asked for; a 422 that asks for nothing new ends it', () => {
  assert.deepEqual(afterTooBrief(WISH, response(422, ['Min-SE', '3600'])), { seconds: 3600, minimum: 3600 });
  for (const headers of [[], [['Min-SE', '1800']], [['Min-SE', 'x']]] satisfies RawHeader[][])
    assert.equal(afterTooBrief(WISH, response(422, ...headers)), undefined);
  assert.deepEqual(wishHeaders({ seconds: 3600, minimum: 3600 }, 'uas'), [
    ['Session-Expires', '3600;refresher=uas'],
    ['Min-SE', '3600'],
  ]);
  assert.deepEqual(wishHeaders(WISH, 'uac'), [['Session-Expires', '1800;refresher=uac']]);
});
