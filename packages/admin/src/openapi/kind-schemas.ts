import type { ObjectDefinition, Property } from '@parley/schema';
import { type Json, schemaOf } from './property-schema.ts';
import { samplesOf } from './samples.ts';

export const componentOf = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** Names of the schemas of a kind. */
export const schemaNames = (kind: string) => ({
  object: kind,
  stored: `Stored.${kind}`,
  page: `Page.${kind}`,
  input: `New.${kind}`,
  patch: `Change.${kind}`,
});

const isRequired = (property: Property) => 'required' in property && property.required === true;
const isPresent = (property: Property) =>
  isRequired(property) || ('default' in property && property.default !== undefined);

const namesOf = (properties: Readonly<Record<string, Property>>, fits: (property: Property) => boolean) =>
  Object.entries(properties)
    .filter(([, property]) => fits(property))
    .map(([name]) => name);

/** The schemas that REST needs of a kind. */
export function kindSchemas(definition: ObjectDefinition): Record<string, Json> {
  const { kind, summary, properties, creation = {} } = definition;
  const names = schemaNames(kind);
  const own = (name: string): Json => ({ $ref: `#/components/schemas/${kind}/properties/${name}` });
  const given = { ...Object.fromEntries(Object.keys(properties).map(name => [name, own(name)])) };
  const created = Object.fromEntries(Object.entries(creation).map(([name, property]) => [name, schemaOf(property)]));
  // A reference that is required may be left out when there is only one object that it could mean.
  const needed = namesOf(properties, property => isRequired(property) && property.type !== 'ref');
  return {
    [names.object]: {
      type: 'object',
      description: summary,
      properties: {
        id: { type: 'string', description: 'Never changes.', readOnly: true },
        ...Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, schemaOf(property)])),
      },
      required: ['id', ...namesOf(properties, isPresent)],
      additionalProperties: false,
    },
    [names.stored]: storedSchema(definition),
    [names.page]: pageSchema(names.stored),
    [names.input]: {
      type: 'object',
      description: `What a new ${kind} is made of.`,
      properties: { ...given, ...created },
      ...(needed.length > 0 ? { required: needed } : {}),
      additionalProperties: false,
      examples: [samplesOf(properties, ([, property]) => isRequired(property))],
    },
    [names.patch]: patchSchema(definition, own),
  };
}

function storedSchema({ kind, computed = {} }: ObjectDefinition): Json {
  const worked = Object.entries(computed).map(([name, { help }]) => [name, { description: help }]);
  return {
    type: 'object',
    properties: {
      kind: { const: kind },
      object: componentOf(kind),
      etag: { type: 'string', description: 'The version; the header ETag begins with it.' },
      references: {
        type: 'object',
        description: 'Property -> name of the object whose id it holds, or the names of all of them.',
        additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      },
      computed: { type: 'object', description: 'Worked out when it is read.', properties: Object.fromEntries(worked) },
    },
    required: ['kind', 'object', 'etag', 'references', 'computed'],
    additionalProperties: false,
  };
}

const pageSchema = (stored: string): Json => ({
  type: 'object',
  properties: {
    objects: { type: 'array', items: componentOf(stored) },
    next: { type: 'string', description: 'There are more: give it as `after`.' },
  },
  required: ['objects'],
  additionalProperties: false,
});

/** RFC 7396, and `{ add, remove }` for lists. */
function patchSchema({ kind, properties }: ObjectDefinition, own: (name: string) => Json): Json {
  const changeable = Object.entries(properties).filter(([, { fixedAfterCreate }]) => !fixedAfterCreate);
  const schemas = changeable.map(([name, property]): [string, Json] => {
    const lists = property.type === 'list' ? [listChange(own(name))] : [];
    return [name, { anyOf: [own(name), ...lists, { type: 'null' }] }];
  });
  return {
    type: 'object',
    description: `What changes of a ${kind}; null takes a property back to its default.`,
    properties: Object.fromEntries(schemas),
    additionalProperties: false,
    examples: [samplesOf(Object.fromEntries(changeable.slice(0, 1)), () => true)],
  };
}

const listChange = (list: Json): Json => ({
  type: 'object',
  description: 'Entries that are added and removed.',
  properties: { add: list, remove: list },
  additionalProperties: false,
  minProperties: 1,
});
