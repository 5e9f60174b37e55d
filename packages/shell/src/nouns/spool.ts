import { resolve } from 'node:path';
import type { SpoolEntry } from '@parley/admin/client';
import type { Noun } from '../command.ts';
import { cleanJson, moment, seconds } from '../print/clean.ts';
import { type Cell, pairs, table } from '../print/table.ts';

const HEADINGS = ['id', 'kind', 'state', 'mailbox', 'caller', 'sealed', 'seconds', 'attempts', 'why'];

function row(entry: SpoolEntry): Cell[] {
  const { id, kind, state, mailbox = '', caller = '', attempts, why = '' } = entry;
  return [id, kind, state, mailbox, caller, moment(entry.sealedAt), seconds(entry.millis), attempts, why];
}

/** Characters of a reason in the list; `show` has it whole. */
const MOST_WHY = 40;

function inList(entry: SpoolEntry): Cell[] {
  const { why } = entry;
  return row(why !== undefined && why.length > MOST_WHY ? { ...entry, why: `${why.slice(0, MOST_WHY - 1)}…` } : entry);
}

function shown(entry: SpoolEntry): string {
  const own = row(entry).map((cell, index): [string, Cell] => [HEADINGS[index], cell]);
  const details = Object.entries(entry.details ?? {}).map(([name, value]): [string, Cell] => [name, String(value)]);
  const nextTry: [string, Cell][] = entry.nextTryAt === undefined ? [] : [['nextTry', moment(entry.nextTryAt)]];
  return pairs([...own, ...nextTry, ['messageId', entry.messageId ?? ''], ...details]);
}

export const spoolNoun: Noun = {
  name: 'spool',
  summary: 'Messages that are recorded and not yet in a mailbox.',
  verbs: [
    {
      name: 'list',
      summary: 'list what waits and what nobody would take',
      positionals: [],
      options: [],
      examples: ['parley spool list', 'parley spool list --json'],
      async run({ json }, client) {
        const entries = await client.spoolList();
        return json ? `${cleanJson(entries)}\n` : table(HEADINGS, entries.map(inList));
      },
    },
    {
      name: 'show',
      summary: 'show the state of one message',
      positionals: ['ID'],
      options: [],
      examples: [],
      async run({ positionals, json }, client) {
        const entry = await client.spoolShow(positionals[0]);
        return json ? `${cleanJson(entry)}\n` : shown(entry);
      },
    },
    {
      name: 'export',
      summary: 'copy the audio and the envelope of one message to a folder',
      positionals: ['ID', 'FOLDER?'],
      options: [],
      examples: [],
      async run({ positionals, json }, client) {
        const [id, folder = '.'] = positionals;
        const paths = await client.spoolExport(id, resolve(folder));
        return json ? `${cleanJson(paths)}\n` : pairs(paths.map(path => ['written', path]));
      },
    },
    {
      name: 'retry',
      summary: 'try to deliver one message again now',
      positionals: ['ID'],
      options: [],
      examples: [],
      async run({ positionals, json }, client) {
        await client.spoolRetry(positionals[0]);
        return json ? '{}\n' : pairs([['retried', positionals[0]]]);
      },
    },
    {
      name: 'discard',
      summary: 'remove a dead letter for good: nobody will ever hear it',
      positionals: ['ID'],
      options: [],
      examples: [],
      async run({ positionals, json }, client) {
        await client.spoolDiscard(positionals[0]);
        return json ? '{}\n' : pairs([['discarded', positionals[0]]]);
      },
    },
  ],
};
