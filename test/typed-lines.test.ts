import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { blocksOf, documents, ROOT } from './peers/documents.ts';
import { Guide, runShell } from './peers/guide.ts';
import { type ConfigChange, type Server, startServer, testFolder } from './peers/parley.ts';
import { freePort } from './peers/ports.ts';
import { seedData } from './peers/seed.ts';
import { suiteScope } from './peers/suite-scope.ts';

const run = promisify(execFile);

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at as whoever reads the documents does
type Json = any;

interface Expected {
  /** The document, below docs/guides. */
  readonly guide: string;
  /** What the line has; with it each line is known. */
  readonly has: string;
  readonly status: number;
  /** Looks whether the answer shows what the document says. */
  readonly shows: (answer: Json) => void;
}

const namesOf = (answer: Json): string[] => answer.objects.map(({ object }: Json) => object.name);

/** Every line of the documents that begins with `curl`, in the order in which they stand in each. */
const EXPECTED: readonly Expected[] = [
  {
    guide: 'administrators',
    has: ':8443/v1/mailboxes',
    status: 200,
    shows: answer => assert.deepEqual(namesOf(answer), ['ann', 'bob', 'carol']),
  },
  {
    guide: 'api',
    has: 'http://localhost/v1/mailboxes/ann\n',
    status: 200,
    shows: answer => assert.equal(answer.object.displayName, 'Ann Lee'),
  },
  {
    guide: 'api',
    has: '{"displayName": "Ann Leigh"}',
    status: 200,
    shows: answer => assert.equal(answer.object.displayName, 'Ann Leigh'),
  },
  {
    guide: 'api',
    has: '/v1/cmdlets/Get-UMDialPlan',
    status: 200,
    shows: answer => assert.equal(answer.objects[0].properties.Name, 'Main'),
  },
  {
    guide: 'api',
    has: 'Authorization: Bearer',
    status: 200,
    shows: answer => assert.equal(answer.object.name, 'ann'),
  },
  {
    guide: 'api',
    has: 'limit=2&sort=-name',
    status: 200,
    shows: answer => {
      assert.deepEqual(namesOf(answer), ['carol', 'bob']);
      assert.equal(typeof answer.next, 'string');
    },
  },
  {
    guide: 'api',
    has: "filter=Name -like 'a*'",
    status: 200,
    shows: answer => assert.deepEqual(namesOf(answer), ['ann']),
  },
  {
    guide: 'api',
    has: '/history',
    status: 200,
    shows: answer => {
      const change = answer.entries.find(({ cmdlet }: Json) => cmdlet === 'Set-UMMailbox');
      assert.deepEqual(change.detail, { from: { displayName: 'Ann Lee' }, to: { displayName: 'Ann Leigh' } });
      assert.equal(change.who, 'local');
    },
  },
  {
    guide: 'api',
    has: 'dryRun=true',
    status: 200,
    shows: answer => assert.deepEqual(answer.object.extensions, ['1001', '1010']),
  },
  {
    guide: 'api',
    has: '{"extensions": ["12x"]}',
    status: 422,
    shows: answer => {
      const said = JSON.parse(new Guide('api').blocks('json')[0]);
      assert.match(answer.requestId, /^[0-9A-Z]{26}$/);
      // What is another one each time, and what the document leaves out.
      said.requestId = answer.requestId;
      said.problems[0].message = said.detail;
      assert.deepEqual(answer, said);
    },
  },
  {
    guide: 'api',
    has: '--data-binary @people.csv',
    status: 200,
    shows: answer => assert.deepEqual(answer.objects[0].properties, { Kind: 'UMMailbox', Made: 2, WhatIf: false }),
  },
  {
    guide: 'first-steps',
    has: '/ready',
    status: 200,
    shows: answer => assert.equal(answer, 'ready\n'),
  },
];

/** The lines of a guide that begin with `curl`, with those that continue them. */
const linesOf = (guide: string) =>
  new Guide(guide)
    .blocks('sh')
    .flatMap(code => [...code.matchAll(/^curl (?:[^\n\\]|\\\n)*\n/gm)].map(([line]) => line));

test('every line with curl is known here', () => {
  const guides = documents().filter(({ text }) => /^curl /m.test(text));
  const found = guides.flatMap(document => blocksOf(document).flatMap(({ code }) => code.match(/^curl /gm) ?? []));
  assert.deepEqual(
    guides.map(({ path }) => path),
    [...new Set(EXPECTED.map(({ guide }) => `docs/guides/${guide}.md`))].toSorted(),
  );
  assert.equal(found.length, EXPECTED.length);
});

suite('lines run as they stand in the documents', () => {
  const scope = suiteScope();
  let server: Server;
  let folder: string;
  /** What stands in the documents, and what stands for it on this machine. */
  let here: readonly (readonly [string, string])[];
  let answered = new Map<string, { status: number; answer: Json }>();

  const made = (text: string) => here.reduce((changed, [there, instead]) => changed.replaceAll(there, instead), text);
  /** As an administrator types it, who has told curl where the name of the server leads. */
  const typed = async (line: string) => {
    const env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}`, CURL_HOME: folder };
    return (await run('/bin/sh', ['-e', '-c', made(line)], { cwd: folder, env })).stdout;
  };

  before(async () => {
    folder = testFolder(scope);
    const data = join(folder, 'data');
    const port = await freePort();
    here = [
      ['/var/lib/parley', data],
      ['/etc/parley/admin.', `${folder}/voicemail.`],
      ['192.0.2.20:8443', `127.0.0.1:${port}`],
      [':8443', `:${port}`],
    ];
    await runShell(new Guide('tls').blocks('sh')[0], folder);
    await seedData(data);
    const config: ConfigChange = parse(made(new Guide('administrators').blocks('yaml')[0]));
    server = await startServer(scope, { data, config });
    mkdirSync(join(folder, 'bin'));
    const parley = `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/bin/parley.js' "$@" --data '${data}'\n`;
    writeFileSync(join(folder, 'bin/parley'), parley, { mode: 0o755 });
    const curl = ['silent', 'show-error', 'write-out = "\\n%{http_code}"', `cacert = "${folder}/authority.pem"`];
    writeFileSync(
      join(folder, '.curlrc'),
      [...curl, `resolve = "voicemail.example.org:${port}:127.0.0.1"`, ''].join('\n'),
    );
    writeFileSync(join(folder, 'people.csv'), new Guide('api').blocks('csv')[0]);

    const tokens: string[] = [];
    for (const block of new Guide('administrators').blocks('sh')) {
      const lines = block.split('\n').filter(line => line.startsWith('parley '));
      for (const line of lines) tokens.push(...((await typed(line)).match(/parley_[\w-]{20,}/g) ?? []));
    }
    const [token] = tokens;
    assert.ok(token, 'the secret of the token is shown');
    here = [...here, ['parley_...', token], ['http://127.0.0.1:9060', server.health]];
    answered = new Map();
    for (const guide of new Set(EXPECTED.map(each => each.guide)))
      for (const line of linesOf(guide)) {
        const [, body, status] = /^([\s\S]*)\n(\d+)$/.exec(await typed(line)) ?? [];
        answered.set(`${guide} ${line}`, {
          status: Number(status),
          answer: body.startsWith('{') ? JSON.parse(body) : body,
        });
      }
  });

  for (const { guide, has, status, shows } of EXPECTED)
    test(`${guide}.md: ${has.trim()}`, () => {
      const lines = [...answered].filter(([line]) => line.startsWith(`${guide} `) && line.includes(has));
      assert.equal(lines.length, 1, `lines with ${has}`);
      const [, found] = lines[0];
      assert.equal(found.status, status, JSON.stringify(found.answer));
      shows(found.answer);
    });

  test('shell.md: what is quoted for the shell of the operating system', async () => {
    const lines = new Guide('shell')
      .blocks('sh')[1]
      .split('\n')
      .filter(line => line.startsWith('parley '));
    assert.ok(lines.length >= 4);
    for (const line of lines) await typed(line);
    const shown = await typed(
      'parley "(Get-UMMailbox ann).Extensions -join \'+\'; (Get-UMMailbox ann).MissedCallNotificationEnabled"',
    );
    assert.equal(shown, '1001+1011\nFalse\n');
  });
});
