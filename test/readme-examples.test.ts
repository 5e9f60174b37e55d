import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { chord } from '@parley/media';
import { openPhone, recordToneOver } from '@parley/phone';
import { runCommand } from '@parley/shell';
import { type Block, blocksOf, documents, inlineCode, ROOT } from './peers/documents.ts';
import { mailIn } from './peers/mailbox.ts';
import { type Server, startServer, testFolder } from './peers/parley.ts';
import { until } from './peers/until.ts';

const run = promisify(execFile);
/** What the documents call the data folder of a server; the examples get the one of a server that runs. */
const DATA = '/var/lib/parley';
/** For one example. */
const PATIENCE_MILLIS = 30_000;
/** Examples at once. */
const AT_ONCE = 2;
/** Commands that are no clients of the server. */
const OWN_COMMANDS = ['serve', 'demo', 'config', 'help', '--help'];

const all = documents();
const examples = all.flatMap(blocksOf).filter(({ language }) => language === 'ts');
const nameOf = ({ document, line }: Block) => `${document}:${line}`;
const fileOf = (example: Block) => `${nameOf(example).replaceAll(/[/:]/g, '-')}.ts`;

let server: Server;
let folder: string;

suite('the examples of the documents', { timeout: 240_000 }, () => {
  const cleanUp: (() => unknown)[] = [];
  const scope = { after: (work: unknown) => void (typeof work === 'function' && cleanUp.unshift(() => work())) };

  before(async () => {
    folder = testFolder(scope);
    server = await startServer(scope, { data: join(folder, 'data') });
    // Examples see packages as anybody does who has installed the project.
    mkdirSync(join(folder, 'examples'));
    for (const name of ['node_modules', 'prompts']) symlinkSync(join(ROOT, name), join(folder, 'examples', name));
    writeFileSync(join(folder, 'examples/package.json'), '{ "type": "module" }');
    for (const example of examples)
      writeFileSync(join(folder, 'examples', fileOf(example)), example.code.replaceAll(DATA, server.data));
  });

  after(async () => {
    for (const work of cleanUp) await work();
  });

  test('have the right types', async () => {
    assert.ok(examples.length > 15);
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'examples/tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, '-p', join(folder, 'examples')]).catch((error: { stdout: string }) =>
      assert.fail(`files are named <document>-<line>.ts\n${error.stdout}`),
    );
  });

  test('run and print what stands behind "// ->"', async () => {
    for (const { info } of examples) assert.match(info, /^(no-run because \S.*)?$/);
    const waiting = examples.filter(({ info }) => info === '');
    const complaints: string[] = [];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const complaint = await tryOut(next);
        if (complaint) complaints.push(`${nameOf(next)}: ${complaint}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    assert.deepEqual(complaints, []);
  });

  test('name only commands that exist', async () => {
    const bin = join(ROOT, 'bin/parley.js');
    for (const own of [['--help'], ['serve', '--help'], ['demo', '--help'], ['config']])
      assert.notEqual((await run(process.execPath, [bin, ...own])).stdout, '');
    const typed = new Set(all.flatMap(document => [...inlineCode(document), ...shellLines(blocksOf(document))]));
    const words = [...typed].filter(line => /^parley [a-z-]/.test(line)).map(wordsOf);
    assert.ok(words.length > 20);
    for (const [noun, verb = ''] of words)
      if (!OWN_COMMANDS.includes(noun)) {
        const { code, output } = await parley([noun, ...(/^[a-z]+$/.test(verb) ? [verb] : []), '--help']);
        assert.equal(code, 0, `parley ${noun} ${verb}: ${output}`);
      }
  });

  for (const path of ['README.md', 'docs/guides/first-steps.md'])
    test(`the commands of ${path} work one after the other, and so do those of its tables`, async t => {
      const lines = commandsOf(path);
      assert.ok(lines.length > 5);
      for (const line of lines) {
        await works(line);
        const [noun, verb, name] = wordsOf(line);
        if (verb === 'create') t.after(() => parley([noun, 'delete', name]));
      }
    });

  test('the commands about the spool find a message that waits, copy it and deliver it', async () => {
    for (const line of [
      'parley dialplan set Main --min-recording-duration 0',
      `parley mailbox set bob --maildir ${server.data}/version/nobody`,
    ])
      await works(line);
    await leaveMessage('1002');
    const id = await until('a message that waits', async () => waitingMessage());
    const about = (line: string) => (/\bID\b/.test(line) && !/ discard /.test(line)) || line === 'parley spool list';
    const lines = ['README.md', 'docs/guides/recovery.md'].flatMap(commandsOfAll).filter(about);
    assert.ok(lines.length >= 7, lines.join('\n'));
    for (const line of lines) {
      const target = mkdtempSync(join(folder, 'export-'));
      await works(line.replace(/\bID\b/, id).replace(/(export \S+) \S+/, `$1 ${target}`));
    }
    const shown = await until('the reason why it waits', async () => {
      const { output } = await parley(['spool', 'show', id]);
      return /^why +: \S/m.test(output) ? output : undefined;
    });
    assert.match(shown, /^nextTry +: \d{4}-/m);
    const discarded = await parley(['spool', 'discard', id]);
    assert.match(discarded.output, /is on its way to its mailbox: only dead letters can be discarded/);
    await works(`parley mailbox set bob --maildir ${server.data}/mail/parley.test/bob`);
    // A try that is under way does not see that it has been mended: it is asked for again until it has.
    await until('the message', async () => {
      await parley(['spool', 'retry', id]);
      return mailIn(join(server.data, 'mail/parley.test/bob')).length === 1 || undefined;
    });
  });

  test('the metrics and the probes that documents name are there', async () => {
    const metrics = await (await fetch(`${server.health}/metrics`)).text();
    const named = new Set(all.flatMap(inlineCode).flatMap(code => code.match(/^parley_[a-z_]+/) ?? []));
    assert.ok(named.size >= 5);
    for (const name of named) assert.match(metrics, new RegExp(`^# TYPE ${name} `, 'm'));
    for (const probe of ['live', 'ready']) assert.equal((await fetch(`${server.health}/${probe}`)).status, 200);
  });
});

/** Runs an example; a sentence when it does not do what it says. */
async function tryOut(example: Block): Promise<string | undefined> {
  const options = { cwd: join(folder, 'examples'), env: { ...process.env, TMPDIR: folder }, timeout: PATIENCE_MILLIS };
  try {
    const { stdout, stderr } = await run(process.execPath, [fileOf(example)], options);
    if (stderr !== '') return `printed an error: ${stderr}`;
    return missing(example, stdout);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The first promise behind "// ->" that was not printed, one after the other; "…" stands for anything on a line. */
function missing({ code }: Block, printed: string): string | undefined {
  let rest = printed;
  for (const [, promise] of code.matchAll(/\/\/ -> (.*)$/gm)) {
    const pattern = promise.split('…').map(RegExp.escape).join('.*');
    const found = new RegExp(pattern).exec(rest);
    if (!found) return `did not print ${JSON.stringify(promise)} but:\n${printed}`;
    rest = rest.slice(found.index + found[0].length);
  }
  return undefined;
}

function shellLines(blocks: readonly Block[]): string[] {
  return blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.split('\n'));
}

/** Words of a line behind `parley`, quoted ones together. */
const wordsOf = (line: string) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(match => match[1] ?? match[2]).slice(1);

/** Every client command of a document, in the order in which they stand there: its `sh` blocks, then its running text. */
function commandsOfAll(path: string): string[] {
  const document = all.find(each => each.path === path);
  assert.ok(document, `${path} is not there`);
  const lines = [...shellLines(blocksOf(document)), ...inlineCode(document)];
  return lines.filter(line => /^parley [a-z]/.test(line) && !OWN_COMMANDS.includes(wordsOf(line)[0]));
}

/** Those that need nothing but a fresh installation. */
const commandsOf = (path: string) => commandsOfAll(path).filter(line => !/\bID\b/.test(line));

async function works(line: string): Promise<void> {
  const { code, output } = await parley(wordsOf(line));
  assert.equal(code, 0, `${line}\n${output}`);
}

/** Runs a command on the server, as `bin/parley.js` does, without a process of its own. */
async function parley(words: readonly string[]): Promise<{ code: number; output: string }> {
  const at = words.indexOf('--data');
  const own = at < 0 ? words : words.toSpliced(at, 2);
  let output = '';
  const print = (text: string) => {
    output += text;
  };
  return { code: await runCommand([...own, '--data', server.data], { stdout: print, stderr: print }), output };
}

async function leaveMessage(number: string): Promise<void> {
  const phone = await openPhone();
  try {
    const call = await phone.call(`sip:${number}@${server.udp}`, { from: '"Carol" <sip:+15550100@pbx.test>' });
    await call.hears(recordToneOver);
    await call.say(chord([500, 700], 600));
    await call.hangUp();
  } finally {
    await phone.close();
  }
}

async function waitingMessage(): Promise<string | undefined> {
  const { output } = await parley(['spool', 'list', '--json']);
  const entries = JSON.parse(output) as readonly { readonly id: string; readonly attempts: number }[];
  return entries.find(({ attempts }) => attempts > 0)?.id;
}
