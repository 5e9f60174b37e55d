import { allowedBy, type ListProperty, type Property, type RecordProperty } from '@parley/schema';

/** A piece of the document. */
export type Json = { readonly [key: string]: unknown };

const LONGEST_TEXT = 256;
const LONGEST_LIST = 64;

/** The JSON Schema (2020-12, as OpenAPI 3.1 has it) of what a property holds. */
export function schemaOf(property: Property): Json {
  const notes = {
    description: describe(property),
    ...('default' in property && property.default !== undefined ? { default: property.default } : {}),
  };
  return { ...valueSchema(property), ...notes };
}

function describe({ help, unit, fixedAfterCreate, inactive, ...property }: Property): string {
  const says = [
    help,
    unit === undefined ? '' : `In ${unit}.`,
    'format' in property && property.format !== undefined ? `Must be ${allowedBy(property.format)}.` : '',
    property.type === 'ref' ? `The name or the id of a ${property.to}.` : '',
    fixedAfterCreate ? 'Never changed after creation.' : '',
    inactive ? 'Kept, but nothing acts on it in this version.' : '',
  ];
  return says.filter(each => each !== '').join(' ');
}

function valueSchema(property: Property): Json {
  switch (property.type) {
    case 'text':
      return { type: 'string', minLength: 1, maxLength: property.max ?? LONGEST_TEXT };
    case 'integer': {
      const number = { type: 'integer', minimum: property.min, maximum: property.max };
      return property.orUnlimited ? { oneOf: [number, { const: 'Unlimited' }] } : number;
    }
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: property.values };
    case 'ref':
      return { type: 'string', minLength: 1, maxLength: LONGEST_TEXT };
    case 'list':
      return listSchema(property);
  }
}

function listSchema({ of, max = LONGEST_LIST, required }: ListProperty): Json {
  const items = of.type === 'record' ? recordSchema(of) : schemaOf(of);
  return {
    type: 'array',
    items,
    maxItems: max,
    ...(required ? { minItems: 1 } : {}),
    ...(of.type === 'record' ? {} : { uniqueItems: true }),
  };
}

function recordSchema({ fields, help }: RecordProperty): Json {
  const required = Object.entries(fields)
    .filter(([, field]) => 'required' in field && field.required)
    .map(([name]) => name);
  return {
    type: 'object',
    description: help,
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}
