import { all, type BuiltIn, type Call, parameter } from '../command.ts';
import { columnsOf, entriesOf, listLines, tableLines } from '../layout.ts';
import { type NamedProperty, namedProperties, namesOf } from '../named-properties.ts';
import { Formatted, ShellObject, type Value } from '../values.ts';

export const formatTable: BuiltIn = {
  name: 'Format-Table',
  aliases: ['ft'],
  summary: 'Shows objects as a table.',
  takes: [
    { name: 'Property', position: 0 },
    { name: 'AutoSize', isSwitch: true },
    { name: 'Wrap', isSwitch: true },
    { name: 'HideTableHeaders', isSwitch: true },
  ],
  help: {
    Property: "Its columns: names, with * for several, or @{Name='x';Expression={...}}.",
    AutoSize: 'Columns are always as wide as what is in them.',
    Wrap: 'Nothing is cut, however wide the table gets.',
    HideTableHeaders: 'Without the headings.',
  },
  examples: ['Get-UMDialPlan | Format-Table Name, URIType, NumberOfDigitsInExtension'],
  async *run(call) {
    const items = await all(call);
    if (items.length === 0) return;
    const columns = columnsFor(call, items);
    const rows: Value[][] = [];
    for (const item of items) {
      const row: Value[] = [];
      for (const column of columns) row.push(await column.of(item));
      rows.push(row);
    }
    const cells = {
      headings: columns.map(({ label }) => label),
      rows,
      hidesHeadings: parameter(call, 'HideTableHeaders') === true,
      isWide: parameter(call, 'Wrap') === true,
    };
    yield new Formatted([...tableLines(cells, call.session.host), '']);
  },
};

function columnsFor(call: Call, items: readonly Value[]): readonly NamedProperty[] {
  const [first = null] = items;
  const given = namedProperties(call, 'Property')?.(first);
  if (given) return given;
  if (!(first instanceof ShellObject)) return [{ label: 'Value', of: async item => item }];
  const names = first.origin ? columnsOf(items.filter(each => each instanceof ShellObject)) : first.names();
  return names.map(label => ({
    label,
    of: async item => (item instanceof ShellObject ? (item.get(label) ?? null) : null),
  }));
}

export const formatList: BuiltIn = {
  name: 'Format-List',
  aliases: ['fl'],
  summary: 'Shows every property of objects, a line each.',
  takes: [{ name: 'Property', position: 0 }],
  help: { Property: "The properties: names, with * for several, or @{Name='x';Expression={...}}; all when not given." },
  examples: ['Get-UMDialPlan | Format-List', 'Get-UMDialPlan | Format-List Name, *Duration'],
  async *run(call) {
    const properties = namedProperties(call, 'Property');
    for (const item of await all(call)) {
      namesOf(item);
      const entries: [string, Value][] = [];
      if (properties) for (const property of properties(item)) entries.push([property.label, await property.of(item)]);
      yield new Formatted([...listLines(properties ? entries : entriesOf(item), call.session.host), '']);
    }
  },
};
