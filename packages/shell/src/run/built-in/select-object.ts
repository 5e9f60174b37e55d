import { all, type BuiltIn, type Call, inputOf, parameter } from '../command.ts';
import { numberIn, textOf } from '../convert.ts';
import { usage } from '../failure.ts';
import { memberOf } from '../member.ts';
import { namedProperties } from '../named-properties.ts';
import { ShellObject, type Value } from '../values.ts';

export const selectObject: BuiltIn = {
  name: 'Select-Object',
  aliases: ['select'],
  summary: 'Takes some of the objects, or some of their properties.',
  takes: [
    { name: 'Property', position: 0 },
    { name: 'ExcludeProperty' },
    { name: 'ExpandProperty' },
    { name: 'First' },
    { name: 'Last' },
    { name: 'Skip' },
    { name: 'Unique', isSwitch: true },
  ],
  help: {
    Property: "Names, with * for several, or @{Name='x';Expression={...}}.",
    ExcludeProperty: 'Names that are left out.',
    ExpandProperty: 'The values of this property instead of the objects.',
    First: 'So many from the beginning.',
    Last: 'So many from the end.',
    Skip: 'So many are left out before the first.',
    Unique: 'No two that are the same.',
  },
  examples: [
    'Get-UMDialPlan | Select-Object Name, URIType',
    'Get-UMDialPlan | Select-Object -First 1 -ExpandProperty Name',
  ],
  async *run(call) {
    const shaped = shape(call);
    const isNew = parameter(call, 'Unique') === true ? unseen() : () => true;
    for await (const item of some(call)) for (const value of await shaped(item)) if (isNew(value)) yield value;
  },
};

function count(call: Call, name: string): number | undefined {
  const given = call.given.get(name);
  if (!given) return undefined;
  const number = numberIn(given.value);
  if (number === undefined || !Number.isInteger(number) || number < 0)
    throw usage(
      `-${name} is ${JSON.stringify(textOf(given.value).slice(0, 40))}: it must be a whole number from 0`,
      given.at,
    );
  return number;
}

async function* some(call: Call): AsyncGenerator<Value> {
  const [first, last, skip = 0] = [count(call, 'First'), count(call, 'Last'), count(call, 'Skip')];
  if (last !== undefined) {
    const items = await all(call);
    yield* items.slice(Math.max(0, items.length - skip - last), Math.max(0, items.length - skip));
    return;
  }
  let place = 0;
  if (first === 0) return;
  for await (const item of inputOf(call)) {
    place++;
    if (place > skip) yield item;
    // Whoever comes before need not go on.
    if (first !== undefined && place >= skip + first) return;
  }
}

function shape(call: Call): (item: Value) => Promise<Value[]> {
  const expanded = parameter(call, 'ExpandProperty');
  if (expanded !== undefined)
    return async item => {
      const value = memberOf(item, textOf(expanded));
      return Array.isArray(value) ? value : value === null ? [] : [value];
    };
  const properties = namedProperties(call, 'Property');
  if (!properties) return async item => [item];
  const excluded = namedProperties(call, 'ExcludeProperty');
  return async item => {
    const without = new Set((excluded?.(item) ?? []).map(({ label }) => label.toLowerCase()));
    const entries: [string, Value][] = [];
    for (const property of properties(item))
      if (!without.has(property.label.toLowerCase())) entries.push([property.label, await property.of(item)]);
    return [new ShellObject('Object', entries)];
  };
}

/** Whether a value comes for the first time: by what it says, as letters. */
function unseen(): (value: Value) => boolean {
  const seen = new Set<string>();
  return value => {
    const key = `${typeof value} ${textOf(value)}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  };
}
