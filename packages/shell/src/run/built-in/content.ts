import { all, type BuiltIn, type Call, parameter } from '../command.ts';
import { textOf } from '../convert.ts';
import { usage } from '../failure.ts';
import { printed } from '../print-values.ts';
import { Formatted } from '../values.ts';

/** Largest file that a script reads, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** `-Path` of a command. Throws a `ShellFailure` without one. */
export function pathIn(call: Call): string {
  const path = textOf(parameter(call, 'Path') ?? null);
  if (path === '') throw usage('-Path is missing: the name of a file', call.at);
  return path;
}

/** The file of `-Path` as text. */
export async function fileText(call: Call): Promise<string> {
  const bytes = await call.session.host.files.read(pathIn(call), MOST_BYTES);
  return new TextDecoder().decode(bytes);
}

export const getContent: BuiltIn = {
  name: 'Get-Content',
  aliases: ['gc', 'cat', 'type'],
  summary: 'Reads a file: its lines, its text or its bytes.',
  takes: [
    { name: 'Path', position: 0, aliases: ['LiteralPath'] },
    { name: 'Encoding' },
    { name: 'Raw', isSwitch: true },
    { name: 'AsByteStream', isSwitch: true },
    { name: 'ReadCount' },
    { name: 'TotalCount', aliases: ['First', 'Head'] },
  ],
  help: {
    Path: 'The file.',
    Encoding: 'Byte for its bytes; anything else is UTF-8.',
    Raw: 'As one text instead of a list of lines.',
    AsByteStream: 'Its bytes.',
    ReadCount: 'Taken and not used.',
    TotalCount: 'So many lines from the beginning.',
  },
  examples: [
    '[byte[]]$sound = Get-Content -Encoding Byte welcome.wav',
    'Get-Content names.txt | ForEach-Object { $_.Trim() }',
  ],
  async *run(call) {
    if (
      textOf(parameter(call, 'Encoding') ?? null).toLowerCase() === 'byte' ||
      parameter(call, 'AsByteStream') === true
    ) {
      yield await call.session.host.files.read(pathIn(call), MOST_BYTES);
      return;
    }
    const text = await fileText(call);
    if (parameter(call, 'Raw') === true) {
      yield text;
      return;
    }
    const lines = text.split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    const first = parameter(call, 'TotalCount');
    yield* typeof first === 'number' ? lines.slice(0, Math.max(0, first)) : lines;
  },
};

const toFile = (
  name: string,
  options: { readonly aliases?: readonly string[]; readonly summary: string; readonly append?: boolean },
): BuiltIn => ({
  name,
  ...(options.aliases ? { aliases: options.aliases } : {}),
  summary: options.summary,
  takes: [
    { name: 'Path', position: 0, aliases: ['FilePath', 'LiteralPath'] },
    { name: 'Value', position: 1 },
    { name: 'Encoding' },
    { name: 'NoClobber', isSwitch: true },
    { name: 'Append', isSwitch: true },
  ],
  help: {
    Path: 'The file.',
    Value: 'What is written, when it does not come through the pipeline.',
    Encoding: 'Byte for bytes as they are; anything else is UTF-8.',
    NoClobber: 'Refuses to replace a file.',
    Append: 'Behind what is there.',
  },
  examples: [`'done' | ${name} report.txt`],
  async *run(call) {
    const given = parameter(call, 'Value');
    const items = given === undefined ? await all(call) : Array.isArray(given) ? given : [given];
    const isBytes = items.length === 1 && items[0] instanceof Uint8Array;
    const text = items
      .map(item =>
        item instanceof Formatted || typeof item !== 'object' ? `${textOf(item)}\n` : printed([item], PAPER),
      )
      .join('');
    await call.session.host.files.write(
      pathIn(call),
      isBytes && items[0] instanceof Uint8Array ? items[0] : Buffer.from(text),
      {
        keep: parameter(call, 'NoClobber') === true,
        append: parameter(call, 'Append') === true || options.append === true,
      },
    );
    yield* [];
  },
});

/** A file is as wide as it needs to be. */
const PAPER = { columns: 1000, colours: false };

export const outFile = toFile('Out-File', { summary: 'Writes what would be printed to a file.' });
export const setContent = toFile('Set-Content', { aliases: ['sc'], summary: 'Writes texts or bytes to a file.' });
export const addContent = toFile('Add-Content', {
  aliases: ['ac'],
  summary: 'Writes texts behind what a file has.',
  append: true,
});
