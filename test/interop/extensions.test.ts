import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { type House, startHouse } from '../peers/house.ts';
import { programs } from '../peers/programs.ts';
import { runSipp } from '../peers/sipp.ts';
import { ASKS_FOR_AN_OFFER, REQUIRES_100REL, refreshed, TOO_SHORT } from '../peers/sipp-extensions.ts';
import { suiteScope } from '../peers/suite-scope.ts';

const scenarios = [
  { says: 'requires reliable provisional responses, and acknowledges them (RFC 3262)', scenario: REQUIRES_100REL },
  { says: 'refreshes the session itself, as agreed (RFC 4028)', scenario: refreshed('uac') },
  { says: 'wants us to refresh the session, and does so before (RFC 4028)', scenario: refreshed('uas') },
  { says: 'asks for too short a session, and hears the shortest (RFC 4028)', scenario: TOO_SHORT },
  {
    says: 'asks for an offer in the call, beside a picture that was not taken (RFC 3264)',
    scenario: ASKS_FOR_AN_OFFER,
  },
] as const;

/**
 * An answer may come before PRACK (RFC 3262 section 3). When it comes over TCP in one piece with the ringing, SIPp reads it before it has said its PRACK and gives up;
 * there is no scenario that could say otherwise, so the call is placed again.
 */
const ANSWERED_TOO_SOON = /while sending \(index 3\), received 'SIP\/2\.0 200 OK[^']*CSeq: 1 INVITE/;
const MOST_AGAIN = 4;

suite('a caller who', { concurrency: true }, () => {
  const scope = suiteScope();
  let house: House;

  before(async () => {
    house = await startHouse(scope, { extensions: { Main: ['2001'] } });
  });

  for (const [n, { says, scenario }] of scenarios.entries())
    for (const transport of ['udp', 'tcp'] as const)
      test(`${says}, over ${transport}`, { timeout: 60_000 }, async t => {
        const found = programs(t, 'sipp');
        if (!found) return;
        const folder = join(house.folder, `${n}-${transport}`);
        const run = { program: found.sipp, folder, target: house.server[transport], number: '2001', transport };
        let call = await runSipp(t, { ...run, scenario });
        for (let again = 0; again < MOST_AGAIN && ANSWERED_TOO_SOON.test(call.output); again++)
          call = await runSipp(t, { ...run, scenario });
        assert.equal(call.code, 0, call.output);
      });
});
