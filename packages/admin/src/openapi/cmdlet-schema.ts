import { type CmdletDefinition, definitionOf, isKind, type Parameter } from '@parley/schema';
import { type Json, schemaOf } from './property-schema.ts';
import { samplesOf } from './samples.ts';

/** The schema of a parameter: that of the property that it sets, when the two say the same. */
function parameterSchema({ kind }: CmdletDefinition, { sets, property, orNull }: Parameter): Json {
  const definition = kind !== undefined && isKind(kind) ? definitionOf(kind) : undefined;
  const isSame = sets !== undefined && definition?.properties[sets] === property;
  const schema = isSame ? { $ref: `#/components/schemas/${kind}/properties/${sets}` } : schemaOf(property);
  const lists = property.type === 'list' ? [{ $ref: '#/components/schemas/ListChange' }] : [];
  const others = [...lists, ...(orNull ? [{ type: 'null' }] : [])];
  return others.length > 0 ? { anyOf: [schema, ...others] } : schema;
}

/** The body of `POST /v1/cmdlets/<Name>`. */
export function cmdletBody(cmdlet: CmdletDefinition): Json {
  const all = Object.entries(cmdlet.parameters);
  const required = all.filter(([, { required: isNeeded, inSets }]) => isNeeded && !inSets).map(([name]) => name);
  const properties = Object.fromEntries(all.map(([name, parameter]) => [name, parameterSchema(cmdlet, parameter)]));
  const samples = Object.fromEntries(all.map(([name, { property }]) => [name, property]));
  return {
    type: 'object',
    properties: {
      parameters: {
        type: 'object',
        description: 'By the names that are shown, in any case.',
        properties,
        ...(required.length > 0 ? { required } : {}),
      },
      ...(cmdlet.changes
        ? {
            whatIf: {
              type: 'boolean',
              default: false,
              description: 'Check everything, tell what would change, change nothing.',
            },
          }
        : { after: { type: 'string', description: '`next` of the answer before.' } }),
    },
    additionalProperties: false,
    examples: [{ parameters: samplesOf(samples, ([name]) => required.includes(name)) }],
  };
}

/** Schemas that cmdlets share. */
export const cmdletSchemas: Readonly<Record<string, Json>> = {
  ListChange: {
    type: 'object',
    description: 'Entries that are added to a list and removed from it: @{Add=...;Remove=...}.',
    properties: { Add: {}, Remove: {} },
    minProperties: 1,
  },
  CmdletAnswer: {
    type: 'object',
    properties: {
      objects: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            kind: { type: 'string' },
            id: { type: 'string' },
            etag: { type: 'string' },
            name: { type: 'string' },
            properties: { type: 'object', description: 'By the names that are shown.' },
          },
          required: ['kind', 'id', 'etag', 'name', 'properties'],
        },
      },
      warnings: { type: 'array', items: { type: 'string' } },
      changes: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            what: { enum: ['created', 'changed', 'removed'] },
            kind: { type: 'string' },
            name: { type: 'string' },
          },
          required: ['what', 'kind', 'name'],
        },
      },
      next: { type: 'string' },
      file: {
        type: 'object',
        properties: { name: { type: 'string' }, type: { type: 'string' }, base64: { type: 'string' } },
        required: ['name', 'type', 'base64'],
      },
    },
    required: ['objects', 'warnings'],
  },
};
