import type { AdminClient, Stored } from '@parley/admin/client';
import { definitionOf, type Kind, type ObjectDefinition } from '@parley/schema';
import type { Input, Noun, Option, Verb } from '../command.ts';
import { InvalidLine } from '../command.ts';
import { cleanJson } from '../print/clean.ts';
import { type Cell, pairs, table } from '../print/table.ts';

/** What is particular about a noun: the columns of its list, the examples, what `create` adds. */
export interface ObjectNounStyle {
  readonly columns: readonly string[];
  readonly examples: { readonly [verb in 'list' | 'show' | 'create' | 'set' | 'delete']?: readonly string[] };
  /** Given to a new object unless the line says otherwise. */
  readonly onCreate?: Readonly<Record<string, unknown>>;
}

const INACTIVE = 'no effect in this version';

/** A property's value as one cell; references by the name of what they lead to. */
function cellOf(stored: Stored, property: string): Cell {
  const name: string | readonly string[] | undefined = stored.references[property];
  if (name !== undefined) return typeof name === 'string' ? name : name.join(', ');
  const value: unknown = new Map<string, unknown>(Object.entries(stored.object)).get(property);
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'number' ? value : value === undefined ? '' : String(value);
}

function shown(stored: Stored, all: boolean): string {
  const { properties } = definitionOf(stored.kind);
  const rows = Object.entries(properties)
    .filter(([, property]) => all || !property.inactive)
    .map(([name, property]): [string, Cell] => {
      const unit = property.unit && cellOf(stored, name) !== '' ? ` ${property.unit}` : '';
      return [name, `${cellOf(stored, name)}${unit}${property.inactive ? ` (${INACTIVE})` : ''}`];
    });
  return pairs([['id', stored.object.id], ...rows]);
}

const plain = ({ object, etag, references }: Stored) => ({ ...object, etag, references });

const printed = (stored: Stored, { json, values }: Input) =>
  json ? `${cleanJson(plain(stored))}\n` : shown(stored, values.get('all') === true);

/** Options that set properties; `all` are those of creation too. */
function propertyOptions({ properties, creation = {} }: ObjectDefinition, phase: 'create' | 'set'): Option[] {
  const all = phase === 'create' ? { ...properties, ...creation } : properties;
  return Object.entries(all)
    .filter(([name, property]) => name !== 'name' || (phase === 'set' && !property.fixedAfterCreate))
    .filter(([, property]) => phase === 'create' || !property.fixedAfterCreate)
    .map(([name, property]) => ({ name, property, help: property.help }));
}

/** The properties among the values that were typed. */
function patchOf(input: Input, options: readonly Option[]): Record<string, unknown> {
  return Object.fromEntries([...input.values].filter(([name]) => options.some(option => option.name === name)));
}

function listVerb(kind: Kind, { columns, examples }: ObjectNounStyle): Verb {
  return {
    name: 'list',
    summary: 'list them',
    positionals: [],
    options: [
      { name: 'text', takes: 'text', help: 'Only those whose name, extension or address contains this.' },
      { name: 'limit', takes: 'number', help: 'Most that are listed; 1000 when not given.' },
    ],
    examples: examples.list ?? [],
    async run({ values, json }, client) {
      const text = values.get('text');
      const limit = values.get('limit');
      const found: readonly Stored[] = await client.list(kind, {
        text: typeof text === 'string' ? text : undefined,
        limit: typeof limit === 'number' ? limit : undefined,
      });
      if (json) return `${cleanJson(found.map(plain))}\n`;
      return table(
        columns,
        found.map(stored => columns.map(column => cellOf(stored, column))),
      );
    },
  };
}

function showVerb(kind: Kind, { examples }: ObjectNounStyle): Verb {
  return {
    name: 'show',
    summary: 'show one with its properties',
    positionals: ['IDENTITY'],
    options: [{ name: 'all', takes: 'nothing', help: 'Show the properties too that have no effect in this version.' }],
    examples: examples.show ?? [],
    run: async (input, client) => printed(await client.get(kind, input.positionals[0]), input),
  };
}

function createVerb(kind: Kind, { examples, onCreate = {} }: ObjectNounStyle): Verb {
  const options = propertyOptions(definitionOf(kind), 'create');
  return {
    name: 'create',
    summary: 'make a new one',
    positionals: ['NAME'],
    options,
    examples: examples.create ?? [],
    async run(input, client) {
      const [name] = input.positionals;
      return printed(await client.create(kind, { ...onCreate, ...patchOf(input, options), name }), input);
    },
  };
}

function setVerb(kind: Kind, { examples }: ObjectNounStyle): Verb[] {
  const options = propertyOptions(definitionOf(kind), 'set');
  if (options.length === 0) return [];
  const run = async (input: Input, client: AdminClient) => {
    const patch = patchOf(input, options);
    if (Object.keys(patch).length === 0)
      throw new InvalidLine('nothing to change: name a property, for example --display-name');
    const { etag, object } = await client.get(kind, input.positionals[0]);
    return printed(await client.change(kind, object.id, { etag, patch }), input);
  };
  return [
    { name: 'set', summary: 'change one', positionals: ['IDENTITY'], options, examples: examples.set ?? [], run },
  ];
}

function deleteVerb(kind: Kind, { examples }: ObjectNounStyle): Verb {
  return {
    name: 'delete',
    summary: 'remove one that nobody uses',
    positionals: ['IDENTITY'],
    options: [],
    examples: examples.delete ?? [],
    async run(input, client) {
      const { etag, object } = await client.get(kind, input.positionals[0]);
      const removed = await client.remove(kind, object.id, etag);
      if (input.json) return `${cleanJson(removed)}\n`;
      return pairs(removed.map(each => ['removed', `${definitionOf(each.kind).word} ${each.name}`]));
    },
  };
}

/** The word of a kind with the verbs that every kind has. */
export function objectNoun(kind: Kind, style: ObjectNounStyle): Noun {
  const { word, summary } = definitionOf(kind);
  const verbs = [
    listVerb(kind, style),
    showVerb(kind, style),
    createVerb(kind, style),
    ...setVerb(kind, style),
    deleteVerb(kind, style),
  ];
  return { name: word, summary, verbs };
}
