import { catalogue } from '../errors/catalogue.ts';
import { PROBLEM_TYPE } from '../errors/problem-details.ts';
import { componentOf } from './kind-schemas.ts';
import type { Json } from './property-schema.ts';

const query = (name: string, description: string, schema: Json): Json => ({ name, in: 'query', description, schema });
const header = (name: string, description: string, rest: Json = {}): Json => ({
  name,
  in: 'header',
  description,
  ...rest,
  schema: { type: 'string' },
});

/** Parameters that many operations share. */
export const parameters: Readonly<Record<string, Json>> = {
  identity: {
    name: 'identity',
    in: 'path',
    required: true,
    description: 'Name or id; what else a kind is found by is told with its properties.',
    schema: { type: 'string', minLength: 1, maxLength: 512 },
  },
  limit: query('limit', 'Most objects in the page.', { type: 'integer', minimum: 1, maximum: 1000, default: 1000 }),
  after: query('after', '`next` of the page before.', { type: 'string', maxLength: 2048 }),
  text: query('text', 'Only objects whose name, display name, extensions or address contain it.', {
    type: 'string',
    maxLength: 512,
  }),
  filter: query('filter', "Only objects for which it holds: `Name -like 'A*' -and (UMEnabled -eq $true)`.", {
    type: 'string',
    maxLength: 2048,
  }),
  sort: query('sort', 'Properties with commas between; `-name` for the other direction.', {
    type: 'string',
    maxLength: 512,
  }),
  organization: query('organization', 'The tenant that is meant, for administrators of the whole system.', {
    type: 'string',
    maxLength: 512,
  }),
  dryRun: query('dryRun', 'Check everything, tell what would change, change nothing (-WhatIf).', {
    type: 'boolean',
    default: false,
  }),
  ifMatch: header('If-Match', 'The ETag that the change is based on, or `*`.', { required: true }),
  ifNoneMatch: header('If-None-Match', 'ETags that you have.'),
};

export const headers: Readonly<Record<string, Json>> = {
  ETag: { description: 'Version and digest; give it back as If-Match.', schema: { type: 'string' } },
  Link: { description: 'Where the next page is (RFC 8288).', schema: { type: 'string' } },
};

export const responses: Readonly<Record<string, Json>> = {
  Problem: {
    description: 'It was refused, or it failed; `code` tells why.',
    headers: {
      'Retry-After': { description: 'Seconds, with 429.', schema: { type: 'integer' } },
      'X-Request-Id': { description: 'The id in log and audit.', schema: { type: 'string' } },
    },
    content: { [PROBLEM_TYPE]: { schema: componentOf('Problem') } },
  },
};

const PROPERTY_PROBLEM = {
  type: 'object',
  properties: {
    property: { type: 'string' },
    value: { description: 'As it was given, shortened.' },
    allowed: { type: 'string', description: 'What is allowed instead.' },
    message: { type: 'string', description: 'The whole sentence.' },
    line: { type: 'integer', description: 'Of a table.' },
  },
  required: ['property', 'allowed', 'message'],
};

/** Schemas that many operations share. */
export const sharedSchemas: Readonly<Record<string, Json>> = {
  Problem: {
    type: 'object',
    description: 'RFC 9457.',
    properties: {
      type: { type: 'string', description: 'Relative to the request.' },
      title: { type: 'string' },
      status: {
        type: 'integer',
        enum: [...new Set(Object.values(catalogue).map(each => each.status))].sort((a, b) => a - b),
      },
      detail: { type: 'string' },
      code: { type: 'string', enum: Object.keys(catalogue).sort() },
      requestId: { type: 'string' },
      problems: { type: 'array', items: PROPERTY_PROBLEM },
    },
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId', 'problems'],
    examples: [
      {
        type: '/v1/problems/OBJECT_INVALID',
        title: catalogue.OBJECT_INVALID?.title,
        status: 422,
        detail: 'extensions is "12x": it must be digits only',
        code: 'OBJECT_INVALID',
        requestId: '01KAM8Y1N8QZ0V5T3W9C2B4D6F',
        problems: [
          {
            property: 'extensions',
            value: '12x',
            allowed: 'digits only',
            message: 'extensions is "12x": it must be digits only',
          },
        ],
      },
    ],
  },
  Removed: {
    type: 'object',
    properties: {
      removed: {
        type: 'array',
        items: {
          type: 'object',
          properties: { kind: { type: 'string' }, id: { type: 'string' }, name: { type: 'string' } },
          required: ['kind', 'id', 'name'],
        },
      },
    },
    required: ['removed'],
  },
  History: {
    type: 'object',
    properties: {
      entries: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            seq: { type: 'integer', description: 'Place in the audit log.' },
            at: { type: 'integer', description: 'Milliseconds since 1970.' },
            who: { type: 'string' },
            cmdlet: { type: 'string' },
            requestId: { type: 'string' },
            outcome: { enum: ['done', 'refused', 'failed'] },
            detail: { type: 'object', description: 'Property -> value, `from` and `to`.' },
          },
          required: ['seq', 'at', 'who', 'cmdlet', 'outcome', 'detail'],
        },
      },
    },
    required: ['entries'],
  },
};
