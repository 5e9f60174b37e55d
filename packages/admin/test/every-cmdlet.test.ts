import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CmdletDefinition, cmdlets, type Parameter } from '@parley/schema';
import { sampleOf } from '../src/openapi/samples.ts';
import { rawRequest } from './raw-request.ts';
import { withAdmin } from './running-admin.ts';

/** Values that no parameter was meant for. */
const ODD: readonly unknown[] = [
  null,
  '',
  '*',
  'no such thing',
  -1,
  1e308,
  true,
  [],
  [[]],
  {},
  { Add: 1 },
  { a: { b: {} } },
  '\u0001',
  'x'.repeat(3000),
];

function given({ parameters }: CmdletDefinition, of: (parameter: Parameter) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, of(parameter)]));
}

test('whatever a cmdlet is given, it is done or refused, and never a mistake of the server', () =>
  withAdmin(async ({ dataFolder, log }) => {
    const wrong: string[] = [];
    const ask = async (name: string, parameters: object) => {
      const answer = await rawRequest(dataFolder, `/v1/cmdlets/${name}`, { body: { parameters, whatIf: true } });
      // What another part of the server would have to do is not there in this test.
      if (answer.status >= 500 && answer.body.code !== 'CMDLET_UNAVAILABLE') {
        const why = log.lines.find(line => line.fields.requestId === answer.body.requestId);
        wrong.push(`${name} ${JSON.stringify(parameters).slice(0, 200)}: ${why?.fields.why}`);
      }
    };
    for (const cmdlet of cmdlets) {
      await ask(cmdlet.name, {});
      await ask(
        cmdlet.name,
        given(cmdlet, ({ property }) => sampleOf(property)),
      );
      for (const odd of ODD)
        await ask(
          cmdlet.name,
          given(cmdlet, () => odd),
        );
    }
    assert.deepEqual(wrong, []);
  }));

test('a trial of everything changes nothing', () =>
  withAdmin(async ({ dataFolder, objects }) => {
    const count = async () => (await objects.audit.search({}, undefined)).entries.length;
    const before = await count();
    for (const cmdlet of cmdlets.filter(({ kind, changes }) => kind !== undefined && changes))
      for (const identity of ['ann', 'Main', 'Global', 'localhost', 'loopback', 'Main Default Policy']) {
        const required = given(cmdlet, ({ property }) => sampleOf(property));
        const parameters = { ...required, Identity: identity };
        for (const each of [parameters, { Identity: identity }])
          await rawRequest(dataFolder, `/v1/cmdlets/${cmdlet.name}`, { body: { parameters: each, whatIf: true } });
      }
    assert.equal(await count(), before);
  }));
