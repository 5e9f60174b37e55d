import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, kinds } from '@parley/schema';
import { rawRequest } from './raw-request.ts';
import { withAdmin } from './running-admin.ts';
import { SampleObjects } from './sample-objects.ts';

/** Properties of which an object needs this one or another. */
const ONE_OF_TWO = new Set([
  'CsSipResponseCodeTranslationRule.receivedResponseCode',
  'CsUnassignedNumber.announcement',
  'CsUnassignedNumber.exUmAutoAttendantPhoneNumber',
]);

const shownKinds = kinds.filter(kind => !definitionOf(kind).secret);

for (const kind of shownKinds)
  test(`${kind}: made with what it must have, read, listed, filtered, sorted, and removed`, () =>
    withAdmin(async ({ dataFolder }) => {
      const samples = new SampleObjects(dataFolder);
      const { path } = definitionOf(kind);
      const input = await samples.input(kind);
      const trial = await samples.send('POST', `/v1/${path}?dryRun=true`, input);
      assert.equal(trial.status, 200, JSON.stringify(trial.body));
      const made = await samples.send('POST', `/v1/${path}`, input);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const { id, name } = made.body.object;
      const again = await samples.send('POST', `/v1/${path}`, input);
      assert.equal(again.status, 422, `a second one of the same: ${JSON.stringify(again.body)}`);

      const read = await samples.send('GET', `/v1/${path}/${id}`);
      assert.deepEqual([read.status, read.body.object], [200, made.body.object]);
      const known = await rawRequest(dataFolder, `/v1/${path}/${id}`, {
        headers: { 'if-none-match': String(read.headers.etag) },
      });
      assert.equal(known.status, 304);

      const names = async (query: string): Promise<string[]> => {
        const { status, body } = await samples.send('GET', `/v1/${path}?${query}`);
        assert.equal(status, 200, JSON.stringify(body));
        return body.objects.map((each: { object: { name: string } }) => each.object.name);
      };
      assert.ok((await names('')).includes(name));
      const quoted = `'${name.replaceAll("'", "''")}'`;
      assert.deepEqual(await names(`filter=${encodeURIComponent(`Name -eq ${quoted}`)}`), [name]);
      assert.ok(!(await names(`filter=${encodeURIComponent(`Name -ne ${quoted}`)}`)).includes(name));
      const upwards = await names('sort=name');
      assert.deepEqual(await names('sort=-name'), upwards.toReversed());

      const unchanged = await rawRequest(dataFolder, `/v1/${path}/${id}`, { method: 'DELETE' });
      assert.equal(unchanged.status, 428);
      const old = await rawRequest(dataFolder, `/v1/${path}/${id}`, {
        method: 'DELETE',
        headers: { 'if-match': '"0"' },
      });
      assert.equal(old.status, 412);
      const removed = await samples.send('DELETE', `/v1/${path}/${id}`);
      // Its default policy was made along with it.
      if (kind === 'UMDialPlan') assert.deepEqual([removed.status, removed.body.code], [409, 'OBJECT_IN_USE']);
      else {
        assert.equal(removed.status, 200, JSON.stringify(removed.body));
        assert.equal((await samples.send('GET', `/v1/${path}/${id}`)).status, 404);
      }
    }));

for (const kind of shownKinds)
  test(`${kind}: every property that may change takes another value, and goes back to its default`, () =>
    withAdmin(async ({ dataFolder }) => {
      const samples = new SampleObjects(dataFolder);
      const { path, properties } = definitionOf(kind);
      const refused: string[] = [];
      for (const [name, property] of Object.entries(properties)) {
        if (property.fixedAfterCreate) continue;
        const made = await samples.make(kind);
        const { id } = made.body.object;
        const before = made.body.object[name];
        let why = '';
        const along = await samples.along(kind, name, made.body.object);
        for (const value of await samples.others(kind, name, before)) {
          const { status, body } = await samples.send('PATCH', `/v1/${path}/${id}`, { [name]: value, ...along });
          why = status === 200 ? '' : `${name} = ${JSON.stringify(value)}: ${body.detail}`;
          if (status !== 200) continue;
          const now = (await samples.send('GET', `/v1/${path}/${id}`)).body.object[name];
          // Large values are told by nobody but the cmdlet that is for them.
          if ('bulky' in property) assert.notEqual(body.etag, made.body.etag);
          else assert.notDeepEqual(now, before, `${name} has changed`);
          if (('required' in property && property.required) || ONE_OF_TWO.has(`${kind}.${name}`)) break;
          const all = Object.fromEntries([name, ...Object.keys(along)].map(each => [each, null]));
          const back = await samples.send('PATCH', `/v1/${path}/${id}`, all);
          assert.equal(back.status, 200, `${name} goes back: ${back.body.detail}`);
          assert.deepEqual(back.body.object[name], 'default' in property ? property.default : undefined);
          break;
        }
        if (why !== '') refused.push(why);
      }
      assert.deepEqual(refused, []);
    }));
