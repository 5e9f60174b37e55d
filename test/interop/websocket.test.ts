import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { heardPrompts } from '../peers/caller.ts';
import { type House, startHouse } from '../peers/house.ts';
import { startSipJs } from '../peers/sip-js.ts';
import { suiteScope } from '../peers/suite-scope.ts';
import { until } from '../peers/until.ts';

suite('sip.js over a WebSocket', { concurrency: true }, () => {
  const scope = suiteScope();
  let house: House;

  before(async () => {
    house = await startHouse(scope, { extensions: { Main: ['2001', '2002'] } });
    // The WebSocket of the runtime takes no authorities of its own.
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(house.authority.file, 'utf8')]);
  });

  for (const [transport, extension] of [
    ['ws', '2001'],
    ['wss', '2002'],
  ] as const)
    test(`asks by OPTIONS, calls, hears the greeting and hangs up over ${transport}`, { timeout: 60_000 }, async t => {
      const { server } = house;
      const uri = `sip:${extension}@parley.test`;
      const page = await startSipJs(t, `${transport}://${server.at(transport)}`);
      assert.equal(await page.ask(uri), 200);
      const call = await page.call(uri);
      await until('the greeting', () => {
        const items = heardPrompts(call.heard()).map(({ item }) => item);
        return items.includes('record.prompt') || undefined;
      });
      assert.equal(await call.hangUp(), 200);
      await server.child.prints(new RegExp(`"drop":"Graceful Hangup".*: ${extension}@.*"msg":"call over"`));
    });
});
