import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, type Log, messageOf } from '@parley/base';
import { WORDING_KEYS, type Wording, type Wordings } from '@parley/messaging';
import { parse } from 'yaml';

/** The language everything falls back to. */
const LAST_RESORT = 'en-US';

/**
 * Reads `<folder>/<language>/mail.yaml` of every language. A text that a language lacks is named in the log and replaced from
 * en-US; a language without the file has all of them from there.
 * @throws when en-US itself is not complete.
 */
export async function loadWordings(folder: string, log: Log): Promise<Wordings> {
  const fallback = await textsOf(folder, LAST_RESORT);
  for (const key of WORDING_KEYS)
    if (fallback[key] === undefined) throw new Error(`${join(folder, LAST_RESORT, 'mail.yaml')} has no "${key}"`);
  const wordings = new Map<string, Wording>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const own = await textsOf(folder, entry.name).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT')
        log.error('mail texts cannot be read', { language: entry.name, reason: messageOf(error) });
      return undefined;
    });
    if (own === undefined) continue;
    const missing = WORDING_KEYS.filter(key => own[key] === undefined);
    if (missing.length > 0)
      log.warn('mail texts missing in a language', { language: entry.name, missing, replacedFrom: LAST_RESORT });
    wordings.set(entry.name, { language: entry.name, texts: { ...fallback, ...own } });
  }
  const last: Wording = { language: LAST_RESORT, texts: fallback };
  return language => wordings.get(language) ?? sameTongue(wordings, language) ?? last;
}

/** fr-CA is served by fr-FR before en-US. */
function sameTongue(wordings: ReadonlyMap<string, Wording>, language: string): Wording | undefined {
  const tongue = language.split('-')[0];
  return [...wordings.values()].find(wording => wording.language.split('-')[0] === tongue);
}

async function textsOf(folder: string, language: string): Promise<Record<string, string>> {
  const read: unknown = parse(await readFile(join(folder, language, 'mail.yaml'), 'utf8'), { maxAliasCount: 0 });
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(read ?? {})) if (typeof value === 'string') texts[key] = value;
  return texts;
}
