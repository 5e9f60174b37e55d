import { matches } from '@parley/schema';
import { type Call, parameter } from './command.ts';
import { textOf } from './convert.ts';
import { usage } from './failure.ts';
import { memberOf } from './member.ts';
import { Formatted, ScriptBlock, ShellObject, Table, together, type Value } from './values.ts';

/** A property that is shown or kept: one that the object has, or one that is worked out. */
export interface NamedProperty {
  readonly label: string;
  of(item: Value): Promise<Value>;
}

const hasWildcard = (name: string) => /[*?]/.test(name);

const own = (name: string): NamedProperty => ({ label: name, of: async item => memberOf(item, name) });

/** `@{ Name = 'x'; Expression = { ... } }`; `Label` and abbreviations too. */
function workedOut(call: Call, table: Table): NamedProperty {
  const label = table.get('Name') ?? table.get('Label') ?? table.get('N') ?? table.get('L');
  const expression = table.get('Expression') ?? table.get('E');
  if (label === undefined || expression === undefined)
    throw usage("a property that is worked out is written @{Name='...';Expression={...}}");
  if (!(expression instanceof ScriptBlock)) return { ...own(textOf(expression)), label: textOf(label) };
  return { label: textOf(label), of: item => result(call, expression, item) };
}

/** What a block gives for one item. */
export async function result(call: Call, { block }: ScriptBlock, item: Value): Promise<Value> {
  const values: Value[] = [];
  for await (const value of call.invoke(block, item)) values.push(value);
  return together(values);
}

/** What a property list says, for an object: its wildcards are the names that this object has. */
export function namedProperties(call: Call, name: string): ((item: Value) => NamedProperty[]) | undefined {
  const given = parameter(call, name);
  if (given === undefined) return undefined;
  const entries = Array.isArray(given) ? given : [given];
  const read = entries.map((entry): ((item: Value) => NamedProperty[]) => {
    if (entry instanceof ScriptBlock) return () => [{ label: 'Value', of: item => result(call, entry, item) }];
    if (entry instanceof Table) {
      const property = workedOut(call, entry);
      return () => [property];
    }
    const wanted = textOf(entry);
    if (!hasWildcard(wanted)) return item => [own(nameIn(item, wanted))];
    return item =>
      namesOf(item)
        .filter(each => isLike(each, wanted))
        .map(own);
  });
  return item => read.flatMap(each => each(item));
}

const isLike = (name: string, pattern: string) => matches({ op: 'like', property: 'name', value: pattern }, { name });

/** A property's name as the object spells it. */
function nameIn(item: Value, wanted: string): string {
  return namesOf(item).find(each => each.toLowerCase() === wanted.toLowerCase()) ?? wanted;
}

/** The names of what an object has. */
export function namesOf(item: Value): string[] {
  if (item instanceof ShellObject || item instanceof Table) return item.names();
  if (item instanceof Formatted)
    throw usage('what Format-Table and Format-List give is for the eye only: put them last');
  return [];
}
