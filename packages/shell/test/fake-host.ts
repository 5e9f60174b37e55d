import type { CmdletAnswer, RunOptions, ShownObject } from '@parley/admin/client';
import { ParleyError } from '@parley/base';
import { type CmdletDefinition, cmdlets, flag, integer, list, record, ref, text } from '@parley/schema';
import type { Host } from '../src/run/host.ts';
import { createShell, type ExecuteOptions, type Shell } from '../src/shell.ts';

/** One question that the server was asked. */
export interface Asked {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly whatIf?: boolean;
  readonly after?: string;
}

export const person = (name: string, properties: Readonly<Record<string, unknown>> = {}): ShownObject => ({
  kind: 'UMMailbox',
  id: `id-${name}`,
  etag: '1',
  name,
  properties: {
    Name: name,
    UMMailboxPolicy: 'Main Default Policy',
    Extensions: [`10${name.length}`],
    UMEnabled: true,
    ...properties,
  },
});

/** A cmdlet that is made for what tests need and real ones do not have together. */
export const TRY_THING: CmdletDefinition = {
  name: 'Set-Thing',
  summary: 'Takes everything that can be taken.',
  kind: 'UMMailbox',
  does: 'set',
  parameters: {
    Identity: { property: ref({ to: 'UMMailbox', help: 'Which.' }), position: 0, pipeline: 'object', required: true },
    Number: {
      property: integer({ min: 0, max: 9, orUnlimited: true, help: 'A number.' }),
      sets: 'number',
      orNull: true,
    },
    NumberOfDigitsInExtension: { property: integer({ min: 1, max: 20, help: 'Digits.' }), sets: 'digits' },
    Flag: { property: flag({ default: false, help: 'A flag.' }), sets: 'flag' },
    Text: { property: text({ help: 'A text.' }), sets: 'text', aliases: ['Words'] },
    Extensions: { property: list({ of: text({ help: 'One.' }), help: 'Several.' }), sets: 'extensions', orNull: true },
    Rows: {
      property: list({ of: record({ fields: { key: text({ help: 'k' }) }, help: 'One.' }), help: 'Rows.' }),
      sets: 'rows',
    },
    Data: { property: text({ help: 'Bytes.' }) },
    Force: { property: flag({ default: false, help: 'Anyway.' }), isSwitch: true },
    FromA: { property: text({ help: 'A.' }), inSets: ['A'] },
    FromB: { property: text({ help: 'B.' }), inSets: ['B'] },
  },
  changes: true,
  examples: [],
};

/** What the fake server knows: cmdlet -> its answer, or what it refuses. */
export type Answers = Readonly<Record<string, (asked: Asked) => Partial<CmdletAnswer> | ParleyError>>;

export interface Fake {
  readonly shell: Shell;
  readonly asked: Asked[];
  /** Types a line: its exit code, what was printed to both, what was asked. */
  type(
    line: string,
    options?: ExecuteOptions,
  ): Promise<{ code: number; out: string; err: string; asked: readonly Asked[] }>;
}

/** A shell over a server that answers as it is told. */
export function fakeShell(answers: Answers = {}, options: Partial<Host> = {}): Fake {
  const asked: Asked[] = [];
  let [out, err] = ['', ''];
  const files = new Map<string, Uint8Array>();
  const host: Host = {
    server: {
      async run(name: string, given: RunOptions = {}) {
        const { parameters = {}, whatIf, after } = given;
        const question = { name, parameters, ...(whatIf ? { whatIf } : {}), ...(after ? { after } : {}) };
        asked.push(question);
        const answer = answers[name]?.(question) ?? {};
        if (answer instanceof ParleyError) throw answer;
        return { objects: [], warnings: [], ...answer };
      },
      async importTable(kind, table, { parameters = {}, whatIf, onProgress } = {}) {
        const bytes: Uint8Array[] = [];
        for await (const piece of table) bytes.push(piece);
        onProgress?.({ step: 'making', done: 1, of: 2 });
        return this.run(`Import-${kind}`, {
          parameters: { ...parameters, table: Buffer.concat(bytes).toString() },
          ...(whatIf === undefined ? {} : { whatIf }),
        });
      },
    },
    cmdlets: [...cmdlets, TRY_THING],
    scripts: [],
    files: {
      async read(path) {
        const content = files.get(path);
        if (!content) throw new ParleyError('FILE_FAILED', `${path}: there is no such file`);
        return content;
      },
      async write(path, content, { append = false, keep = false } = {}) {
        if (keep && files.has(path)) throw new ParleyError('FILE_FAILED', `${path}: it is there already`);
        files.set(path, Buffer.concat([append ? (files.get(path) ?? Buffer.alloc(0)) : Buffer.alloc(0), content]));
      },
    },
    out: each => {
      out += each;
    },
    err: each => {
      err += each;
    },
    columns: 100,
    colours: false,
    ...options,
  };
  const shell = createShell(host);
  return {
    shell,
    asked,
    async type(line, how) {
      [out, err] = ['', ''];
      const before = asked.length;
      const code = await shell.execute(line, how);
      return { code, out, err, asked: asked.slice(before) };
    },
  };
}
