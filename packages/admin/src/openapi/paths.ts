import { type CmdletDefinition, cmdletNamed, cmdlets, definitionOf, type Kind, kinds } from '@parley/schema';
import { type ActionOperation, operationsOf } from '../rest/operations.ts';
import { cmdletBody } from './cmdlet-schema.ts';
import { componentOf, schemaNames } from './kind-schemas.ts';
import { type Json, schemaOf } from './property-schema.ts';

const parameter = (name: string): Json => ({ $ref: `#/components/parameters/${name}` });
const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } });
const body = (schema: Json): Json => ({ required: true, ...json(schema) });
const PROBLEM = { $ref: '#/components/responses/Problem' };
const ANSWER = { description: 'What came of it.', ...json(componentOf('CmdletAnswer')) };

interface Operation {
  readonly cmdlet: CmdletDefinition;
  /** What follows the name of the cmdlet in the id of an operation that is not the first of its right. */
  readonly suffix?: string;
  readonly summary?: string;
  readonly tag: string;
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Json;
}

function operation({ cmdlet, suffix, summary, tag, parameters = [], requestBody, responses }: Operation): Json {
  return {
    operationId: suffix === undefined ? cmdlet.name : `${cmdlet.name}.${suffix}`,
    summary: summary ?? cmdlet.summary,
    tags: [tag],
    'x-cmdlet': cmdlet.name,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: { ...responses, default: PROBLEM },
  };
}

const isDeclared = ({ name }: CmdletDefinition) => cmdletNamed(name) !== undefined;

/** REST over the objects of a kind: what anybody may do whose roles grant it. */
function kindPaths(kind: Kind): Record<string, Json> {
  const { path } = definitionOf(kind);
  const operations = operationsOf(kind);
  const names = schemaNames(kind);
  const stored = {
    description: 'The object.',
    headers: { ETag: { $ref: '#/components/headers/ETag' } },
    ...json(componentOf(names.stored)),
  };
  const collection: Record<string, Json> = {};
  const single: Record<string, Json> = {};
  if (isDeclared(operations.get)) {
    collection.get = operation({
      cmdlet: operations.get,
      suffix: 'list',
      tag: kind,
      parameters: ['limit', 'after', 'text', 'filter', 'sort', 'organization'].map(parameter),
      responses: {
        200: {
          description: 'A page.',
          headers: { Link: { $ref: '#/components/headers/Link' } },
          ...json(componentOf(names.page)),
        },
      },
    });
    single.get = operation({
      cmdlet: operations.get,
      tag: kind,
      parameters: [parameter('ifNoneMatch')],
      responses: { 200: stored, 304: { description: 'As you have it.' } },
    });
  }
  const dryRun = parameter('dryRun');
  if (isDeclared(operations.new))
    collection.post = operation({
      cmdlet: operations.new,
      tag: kind,
      parameters: [dryRun],
      requestBody: body(componentOf(names.input)),
      responses: { 201: stored, 200: { ...stored, description: 'What would have been made.' } },
    });
  if (isDeclared(operations.set))
    single.patch = operation({
      cmdlet: operations.set,
      tag: kind,
      parameters: [parameter('ifMatch'), dryRun],
      requestBody: body(componentOf(names.patch)),
      responses: { 200: stored },
    });
  if (isDeclared(operations.remove))
    single.delete = operation({
      cmdlet: operations.remove,
      tag: kind,
      parameters: [parameter('ifMatch'), dryRun],
      responses: { 200: { description: 'Everything that went.', ...json(componentOf('Removed')) } },
    });
  const identity = { parameters: [parameter('identity')] };
  const paths: Record<string, Json> = {};
  if (Object.keys(collection).length > 0) paths[`/v1/${path}`] = collection;
  if (Object.keys(single).length > 0) paths[`/v1/${path}/{identity}`] = { ...identity, ...single };
  if (isDeclared(operations.get))
    paths[`/v1/${path}/{identity}/history`] = {
      ...identity,
      get: operation({
        cmdlet: operations.get,
        suffix: 'history',
        summary: `Shows what happened to a ${kind}, the newest first.`,
        tag: kind,
        responses: { 200: { description: 'The entries of the audit log.', ...json(componentOf('History')) } },
      }),
    };
  return { ...paths, ...Object.fromEntries(operations.actions.map(action => actionPath(kind, action))) };
}

function actionPath(kind: Kind, { path: action, cmdlet, hasIdentity }: ActionOperation): [string, Json] {
  const path = `/v1/${definitionOf(kind).path}${hasIdentity ? '/{identity}' : ''}/${action}`;
  const others = Object.entries(cmdlet.parameters).filter(([name]) => !hasIdentity || name !== 'Identity');
  const identity = hasIdentity ? { parameters: [parameter('identity')] } : {};
  const suffix = 'rest';
  if (!cmdlet.changes) {
    const query = others.map(([name, each]) => ({ name, in: 'query', schema: schemaOf(each.property) }));
    return [
      path,
      { ...identity, get: operation({ cmdlet, suffix, tag: kind, parameters: query, responses: { 200: ANSWER } }) },
    ];
  }
  const properties = Object.fromEntries(others.map(([name, each]) => [name, schemaOf(each.property)]));
  const requestBody = { required: false, ...json({ type: 'object', properties }) };
  const post = {
    cmdlet,
    suffix,
    tag: kind,
    parameters: [parameter('dryRun')],
    requestBody,
    responses: { 200: ANSWER },
  };
  return [path, { ...identity, post: operation(post) }];
}

/** Every cmdlet, as the shell runs it. */
function cmdletPath(cmdlet: CmdletDefinition, taken: ReadonlySet<unknown>): [string, Json] {
  const suffix = taken.has(cmdlet.name) ? { suffix: 'cmdlet' } : {};
  const tag = 'Cmdlets';
  const post = operation({ cmdlet, ...suffix, tag, requestBody: body(cmdletBody(cmdlet)), responses: { 200: ANSWER } });
  return [`/v1/cmdlets/${cmdlet.name}`, { post }];
}

/** All paths of the document. */
export function paths(): Record<string, Json> {
  const ofKinds = Object.assign({}, ...kinds.filter(kind => !definitionOf(kind).secret).map(kindPaths));
  const taken = new Set(
    Object.values<Json>(ofKinds)
      .flatMap(each => Object.values(each))
      .map(each => (typeof each === 'object' && each !== null && 'operationId' in each ? each.operationId : undefined)),
  );
  return { ...ofKinds, ...Object.fromEntries(cmdlets.map(cmdlet => cmdletPath(cmdlet, taken))) };
}
