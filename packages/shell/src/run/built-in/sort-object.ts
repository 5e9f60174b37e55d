import { all, type BuiltIn, parameter } from '../command.ts';
import { textOf } from '../convert.ts';
import { namedProperties } from '../named-properties.ts';
import { compare } from '../operators.ts';
import type { Value } from '../values.ts';

export const sortObject: BuiltIn = {
  name: 'Sort-Object',
  aliases: ['sort'],
  summary: 'Puts objects in order.',
  takes: [
    { name: 'Property', position: 0 },
    { name: 'Descending', isSwitch: true },
    { name: 'Unique', isSwitch: true },
  ],
  help: {
    Property: 'What they are ordered by, the first before the second; themselves when not given.',
    Descending: 'The greatest first.',
    Unique: 'Of those that are equal only the first.',
  },
  examples: ['Get-UMDialPlan | Sort-Object Name -Descending'],
  async *run(call) {
    const properties = namedProperties(call, 'Property');
    const keyed: { item: Value; keys: Value[] }[] = [];
    for (const item of await all(call)) {
      const keys: Value[] = [];
      for (const property of properties?.(item) ?? []) keys.push(await property.of(item));
      keyed.push({ item, keys: properties ? keys : [item] });
    }
    const direction = parameter(call, 'Descending') === true ? -1 : 1;
    const order = (a: { keys: Value[] }, b: { keys: Value[] }) => {
      for (const [i, key] of a.keys.entries()) {
        const found = compareAny(key, b.keys[i] ?? null);
        if (found !== 0) return found * direction;
      }
      return 0;
    };
    const sorted = keyed.sort(order);
    const isUnique = parameter(call, 'Unique') === true;
    for (const [i, each] of sorted.entries()) {
      const before = sorted[i - 1];
      if (!isUnique || !before || order(before, each) !== 0) yield each.item;
    }
  },
};

/** Numbers in digits among texts are ordered as numbers only when both are. */
function compareAny(left: Value, right: Value): number {
  return typeof left === 'number' && typeof right === 'number' ? left - right : compare(textOf(left), textOf(right));
}
