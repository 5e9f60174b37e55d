import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openApiDocument } from '@parley/admin';
import { cmdlets } from '@parley/schema';
import { misfits, resolve } from './json-schema.ts';
import { format, OPENAPI_FILE } from './openapi-file.ts';

type Node = { readonly [key: string]: unknown };

const document: Node = JSON.parse(JSON.stringify(openApiDocument()));

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every object and list of the document, with its place. */
function* walk(value: unknown, place = '#'): Generator<[string, Node]> {
  if (!isNode(value)) return;
  yield [place, value];
  for (const [key, each] of Object.entries(value)) yield* walk(each, `${place}/${key}`);
}

const METHODS = ['get', 'post', 'patch', 'delete'];

function* operations(): Generator<{ path: string; method: string; shared: Node; operation: Node }> {
  assert.ok(isNode(document.paths));
  for (const [path, item] of Object.entries(document.paths)) {
    assert.ok(isNode(item));
    for (const method of METHODS) {
      const operation = item[method];
      if (isNode(operation)) yield { path, method, shared: item, operation };
    }
  }
}

test('the committed description is that of the declarations', async () => {
  const committed = await readFile(OPENAPI_FILE, 'utf8');
  assert.ok(
    committed === format(document),
    'docs/reference/openapi.json is old: run "node packages/admin/test/write-openapi.ts" and commit it',
  );
});

test('every reference leads somewhere', () => {
  let references = 0;
  for (const [place, { $ref }] of walk(document))
    if (typeof $ref === 'string') {
      references++;
      assert.notEqual(resolve(document, $ref), undefined, `${place}: ${$ref}`);
    }
  assert.ok(references > 100);
});

test('operations have ids of their own that begin with the name of a cmdlet, and every cmdlet is one', () => {
  const ids = new Set<string>();
  const named = new Set<unknown>();
  const known = new Set(cmdlets.map(({ name }) => name));
  for (const { path, operation } of operations()) {
    const { operationId: id, 'x-cmdlet': cmdlet } = operation;
    assert.ok(typeof id === 'string' && typeof cmdlet === 'string' && known.has(cmdlet), `${path} ${id}`);
    assert.equal(id.split('.')[0], cmdlet);
    assert.ok(!ids.has(id), `${id} twice`);
    ids.add(id);
    named.add(cmdlet);
  }
  assert.deepEqual(
    cmdlets.map(({ name }) => name).filter(name => !ids.has(name)),
    [],
  );
  assert.equal(named.size, cmdlets.length);
});

test('operations have what they need: path parameters, answers, problems', () => {
  for (const { path, shared, operation } of operations()) {
    const given = [shared.parameters, operation.parameters].flatMap(each => (Array.isArray(each) ? each : []));
    const inPath = given
      .map(each => (typeof each.$ref === 'string' ? resolve(document, each.$ref) : each))
      .flatMap(each => (isNode(each) && each.in === 'path' ? [String(each.name)] : []));
    assert.deepEqual(
      inPath,
      [...path.matchAll(/\{(\w+)\}/g)].map(each => each[1]),
      path,
    );
    const { responses } = operation;
    assert.ok(isNode(responses) && isNode(responses.default), path);
    assert.equal(responses.default.$ref, '#/components/responses/Problem');
    assert.ok(
      Object.keys(responses).some(status => /^2/.test(status)),
      path,
    );
  }
  const problem = resolve(document, '#/components/responses/Problem');
  assert.ok(isNode(problem) && isNode(problem.content));
  assert.deepEqual(Object.keys(problem.content), ['application/problem+json']);
});

test('examples and defaults fit their schemas', () => {
  let examples = 0;
  for (const [place, schema] of walk(document)) {
    if (place.includes('/examples/') || place.includes('/default/')) continue;
    const { examples: given, default: initial, ...rest } = schema;
    const rules = 'schema' in schema ? undefined : rest;
    if (rules === undefined || place.endsWith('/responses') || place.endsWith('/properties')) continue;
    if (Array.isArray(given))
      for (const example of given) {
        examples++;
        assert.deepEqual(misfits(document, rules, example), [], place);
      }
    if (initial !== undefined) assert.deepEqual(misfits(document, rules, initial), [], place);
  }
  assert.ok(examples > 50, `${examples} examples`);
});
