import { readFileSync } from 'node:fs';
import { codeOf, messageOf, ParleyError } from '@parley/base';
import { contradictions } from './contradictions.ts';
import { NotAllowed } from './kinds.ts';
import type { Problem } from './problem.ts';
import { type Config, type Setting, settings } from './settings.ts';
import { readYaml } from './yaml-file.ts';

/** Largest configuration file, octets. */
const LARGEST = 256 * 1024;

/**
 * Reads a configuration file; without one everything has its default.
 * @throws ParleyError CONFIG_INVALID with one line for every problem: where it stands, the key, the value and what is allowed.
 */
export function loadConfig(file: string | undefined): Config {
  return readConfig(file === undefined ? '' : contentOf(file), file ?? 'the defaults');
}

/** The same for the content of a file; `name` is used in errors only. */
export function readConfig(yaml: string, name: string): Config {
  const file = readYaml(yaml);
  const problems: Problem[] = [...file.problems];
  if (problems.length === 0) {
    const config = readGroup(settings, file.value ?? {}, { path: [], problems });
    if (problems.length === 0) problems.push(...contradictions(config as Config));
    if (problems.length === 0) return config as Config;
  }
  const told = ({ path, text }: Problem) => {
    const line = path && file.lineOf(path);
    return `${name}${line === undefined ? '' : `, line ${line}`}: ${text}`;
  };
  throw new ParleyError('CONFIG_INVALID', problems.map(told).join('\n'));
}

/** Every key with its default and what it means, in the order of the table. */
export function reference(): { key: string; default: unknown; allowed: string; help: string; live: boolean }[] {
  return walk(settings, '').map(({ key, setting }) => ({
    key,
    default: setting.default,
    allowed: setting.kind.allowed,
    help: setting.help,
    live: setting.live,
  }));
}

/** Keys whose values differ, told apart by whether a running server can take them over. */
export function changedKeys(before: Config, after: Config): { live: string[]; restart: string[] } {
  const changed = walk(settings, '').filter(
    ({ key }) => JSON.stringify(at(before, key)) !== JSON.stringify(at(after, key)),
  );
  return {
    live: changed.filter(each => each.setting.live).map(each => each.key),
    restart: changed.filter(each => !each.setting.live).map(each => each.key),
  };
}

type Tree = { readonly [key: string]: Setting<unknown> | Tree };

interface Reading {
  readonly path: readonly string[];
  readonly problems: Problem[];
}

function readGroup(tree: Tree, given: unknown, { path, problems }: Reading): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const keys = Object.keys(tree).join(', ');
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const text = `${path.join('.') || 'the file'} is ${shown(given)}; keys with values are allowed: ${keys}`;
    problems.push({ path, text });
    return values;
  }
  const entries = new Map(Object.entries(given));
  for (const key of entries.keys())
    if (!Object.hasOwn(tree, key)) {
      const where = path.length > 0 ? `in ${path.join('.')}` : 'at the top';
      const text = `unknown key "${[...path, key].join('.')}"; ${nested(key, path) ?? `allowed ${where}: ${keys}`}`;
      problems.push({ path: [...path, key], text });
    }
  for (const [key, entry] of Object.entries(tree)) {
    const reading = { path: [...path, key], problems };
    if (!isSetting(entry)) values[key] = readGroup(entry, entries.get(key) ?? {}, reading);
    else values[key] = readValue(entry, entries.has(key) ? entries.get(key) : entry.default, reading);
  }
  return values;
}

/** For whoever writes a key as the reference names it, "sip.listen: ...": how it is written; undefined when there is no such key. */
function nested(key: string, path: readonly string[]): string | undefined {
  const full = [...path, key].join('.');
  if (!key.includes('.') || !walk(settings, '').some(setting => setting.key === full)) return undefined;
  const parts = key.split('.');
  return `groups are maps within one another: ${parts.join(': { ')}: ...${' }'.repeat(parts.length - 1)}`;
}

function readValue(setting: Setting<unknown>, given: unknown, { path, problems }: Reading): unknown {
  try {
    return setting.kind.parse(given);
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
    const { entry } = error;
    const what = entry ? `, entry ${entry.number}, is ${shown(entry.value)}` : ` is ${shown(given)}`;
    problems.push({ path, text: `${path.join('.')}${what}; allowed: ${error.message}` });
    return undefined;
  }
}

function isSetting(entry: Setting<unknown> | Tree): entry is Setting<unknown> {
  return 'kind' in entry && 'help' in entry && typeof entry.help === 'string';
}

function walk(tree: Tree, path: string): { key: string; setting: Setting<unknown> }[] {
  return Object.entries(tree).flatMap(([key, entry]) =>
    isSetting(entry) ? [{ key: path + key, setting: entry }] : walk(entry, `${path}${key}.`),
  );
}

function at(config: unknown, key: string): unknown {
  let value = config;
  for (const part of key.split('.'))
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === part)?.[1]
        : undefined;
  return value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function contentOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > LARGEST)
      throw new ParleyError('CONFIG_INVALID', `${file}: has ${bytes.length} octets; at most ${LARGEST} are allowed`);
    return bytes.toString('utf8');
  } catch (error) {
    if (codeOf(error) === 'CONFIG_INVALID') throw error;
    throw new ParleyError('CONFIG_INVALID', `cannot read the configuration file ${file}: ${messageOf(error)}`);
  }
}
