import { all, type BuiltIn, type Call, parameter } from '../command.ts';
import { textOf } from '../convert.ts';
import { ShellFailure, usage } from '../failure.ts';
import { entriesOf } from '../layout.ts';
import { namesOf } from '../named-properties.ts';
import { ShellObject, type Value } from '../values.ts';
import { fileText, pathIn } from './content.ts';

const MOST_COLUMNS = 512;

function delimiterIn(call: Call): string {
  const given = call.given.get('Delimiter');
  const text = given === undefined ? ',' : textOf(given.value);
  if (text.length !== 1 || /["\r\n]/.test(text)) throw usage('-Delimiter is one character', given?.at);
  return text;
}

/** Cells in lines; what is not understood is told with its line. */
async function cellsOf(text: string, delimiter: string): Promise<string[][]> {
  // Only scripts that read tables wait for what reads them.
  const { parse } = await import('csv-parse/sync');
  try {
    return parse(text, { bom: true, delimiter, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new ShellFailure(`the table is not understood: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

export const importCsv: BuiltIn = {
  name: 'Import-Csv',
  aliases: ['ipcsv'],
  summary: 'Reads a file of values between commas: an object for every line.',
  takes: [{ name: 'Path', position: 0 }, { name: 'Delimiter', position: 1 }, { name: 'Header' }, { name: 'Encoding' }],
  help: {
    Path: 'The file.',
    Delimiter: 'What stands between values; a comma when not given.',
    Header: 'Names of the columns, when the first line has none.',
    Encoding: 'Taken and not used: the file is UTF-8.',
  },
  examples: ['Import-Csv users.csv | ForEach-Object { $_.Alias }'],
  async *run(call) {
    const rows = await cellsOf(await fileText(call), delimiterIn(call));
    const header = parameter(call, 'Header');
    const names = header === undefined ? (rows.shift() ?? []) : (Array.isArray(header) ? header : [header]).map(textOf);
    if (names.length > MOST_COLUMNS) throw new ShellFailure(`the table has more than ${MOST_COLUMNS} columns`);
    call.session.budget.list(rows.length);
    for (const row of rows)
      yield new ShellObject(
        'Row',
        names.map((name, i): [string, Value] => [name, row[i] ?? '']),
      );
  },
};

export const exportCsv: BuiltIn = {
  name: 'Export-Csv',
  aliases: ['epcsv'],
  summary: 'Writes objects to a file of values between commas.',
  takes: [
    { name: 'Path', position: 0 },
    { name: 'Delimiter', position: 1 },
    { name: 'NoTypeInformation', aliases: ['NTI'], isSwitch: true },
    { name: 'NoClobber', isSwitch: true },
    { name: 'Force', isSwitch: true },
    { name: 'Encoding' },
  ],
  help: {
    Path: 'The file; what is there is replaced.',
    Delimiter: 'What stands between values; a comma when not given.',
    NoTypeInformation: 'Taken and not used: there is none.',
    NoClobber: 'Refuses to replace a file.',
    Force: 'Taken and not used.',
    Encoding: 'Taken and not used: the file is UTF-8.',
  },
  examples: ['Get-UMDialPlan | Select-Object Name, URIType | Export-Csv plans.csv -NoTypeInformation'],
  async *run(call) {
    const items = await all(call);
    const text = await csvOf(items, delimiterIn(call));
    await call.session.host.files.write(pathIn(call), Buffer.from(text), {
      keep: parameter(call, 'NoClobber') === true,
    });
    yield* [];
  },
};

/** Objects under the properties of the first one. A cell that a spreadsheet would take for a formula stays what it is: it is data of our own. */
async function csvOf(items: readonly Value[], delimiter: string): Promise<string> {
  const { stringify } = await import('csv-stringify/sync');
  const names = items[0] === undefined ? [] : namesOf(items[0]);
  const columns = names.length > 0 ? names : ['Value'];
  const rows = items.map(item => {
    const entries = new Map(entriesOf(item).map(([name, value]) => [name.toLowerCase(), value]));
    return columns.map(name => cell(entries.get(name.toLowerCase()) ?? null));
  });
  return stringify([columns, ...rows], { delimiter });
}

const cell = (value: Value): string => (Array.isArray(value) ? value.map(textOf).join(',') : textOf(value));
