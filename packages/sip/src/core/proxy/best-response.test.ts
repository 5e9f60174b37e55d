import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequest, buildResponse, type SipResponse } from '../../message/index.ts';
import type { RawHeader } from '../../message/message.ts';
import { best, type Outcome, withChallenges, without503 } from './best-response.ts';

const request = buildRequest({ method: 'INVITE', uri: 'sip:a@b', headers: [] });
const response = (status: number, ...headers: RawHeader[]) => buildResponse(request, { status, headers });

test('the best of what was refused (RFC 3261 section 16.7 step 6)', () => {
  const cases: [outcomes: number[], chosen: number][] = [
    [[404, 486], 404],
    [[486, 404], 486],
    [[404, 603], 603],
    [[301, 404, 500], 301],
    [[500, 404], 404],
    [[404, 407], 407],
    [[486, 415, 404], 415],
    [[503, 500], 500],
    [[500, 503], 500],
    [[503, 404], 404],
    [[503], 503],
    [[404, 484, 302], 302],
  ];
  for (const [statuses, chosen] of cases)
    assert.equal(best(statuses.map(status => response(status)))?.status, chosen, statuses.join());
  assert.equal(best([]), undefined);
});

test('what somebody has said counts more than that nobody has said anything', () => {
  const silent: Outcome = { status: 408 };
  const said = response(486);
  assert.equal(best([silent, said]), said);
  assert.equal(best([silent, response(500)]), silent, 'but a class is a class');
});

test('a challenge takes all others along, of both kinds', () => {
  const chosen = response(407, ['Proxy-Authenticate', 'Digest realm="a"']);
  const outcomes = [
    response(401, ['WWW-Authenticate', 'Digest realm="b"'], ['WWW-Authenticate', 'Digest realm="b", algorithm=MD5']),
    response(404, ['WWW-Authenticate', 'Digest realm="x"']),
    chosen,
    response(407, ['Proxy-Authenticate', 'Digest realm="c"']),
  ];
  const made = withChallenges(chosen, outcomes);
  assert.deepEqual(made.values('www-authenticate'), ['Digest realm="b"', 'Digest realm="b", algorithm=MD5']);
  assert.deepEqual(made.values('proxy-authenticate'), ['Digest realm="a"', 'Digest realm="c"']);
  const other: SipResponse = response(404);
  assert.equal(withChallenges(other, outcomes), other);
});

test('that one server has no room is not what the caller hears', () => {
  const made = without503(response(503, ['Retry-After', '30'], ['X', 'y']));
  assert.deepEqual(
    [made.status, made.reason, made.header('retry-after'), made.header('x')],
    [500, 'Server Internal Error', undefined, 'y'],
  );
});
