import { all, type BuiltIn, parameter } from '../command.ts';
import { textOf } from '../convert.ts';
import { namedProperties } from '../named-properties.ts';
import { ShellObject, Table, type Value } from '../values.ts';

export const groupObject: BuiltIn = {
  name: 'Group-Object',
  aliases: ['group'],
  summary: 'Puts objects together that have the same value of a property.',
  takes: [
    { name: 'Property', position: 0 },
    { name: 'NoElement', isSwitch: true },
    { name: 'AsHashTable', isSwitch: true },
  ],
  help: {
    Property: 'What must be the same; the objects themselves when not given.',
    NoElement: 'Only how many there are of each.',
    AsHashTable: 'A table from the values to the objects.',
  },
  examples: ['Get-UMMailboxPolicy | Group-Object UMDialPlan'],
  async *run(call) {
    const properties = namedProperties(call, 'Property');
    const groups = new Map<string, { name: string; items: Value[] }>();
    for (const item of await all(call)) {
      const keys: Value[] = [];
      for (const property of properties?.(item) ?? []) keys.push(await property.of(item));
      const name = (properties ? keys : [item]).map(textOf).join(', ');
      const group = groups.get(name.toLowerCase()) ?? { name, items: [] };
      group.items.push(item);
      groups.set(name.toLowerCase(), group);
    }
    if (parameter(call, 'AsHashTable') === true) {
      yield new Table([...groups.values()].map(({ name, items }) => [name, items]));
      return;
    }
    for (const { name, items } of groups.values())
      yield new ShellObject('GroupInfo', [
        ['Count', items.length],
        ['Name', name],
        ...(parameter(call, 'NoElement') === true ? [] : [['Group', items] as const]),
      ]);
  },
};
