import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '@parley/base';
import PostalMime, { type Email } from 'postal-mime';
import { until } from './until.ts';

/** The messages in a Maildir folder, oldest name first, as they lie there. */
export function mailIn(folder: string): Buffer[] {
  return ['new', 'cur'].flatMap(part =>
    namesIn(join(folder, part)).map(name => readFileSync(join(folder, part, name))),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A message, parsed by postal-mime. */
export interface Mail {
  readonly raw: Buffer;
  readonly email: Email;
  /** First value of a header; undefined without one. */
  header(name: string): string | undefined;
  /** "voice-ca" or "missedcall". */
  readonly kind: string | undefined;
}

export async function parseMail(raw: Buffer): Promise<Mail> {
  const email = await PostalMime.parse(raw);
  const header = (name: string) => email.headers.find(each => each.key === name.toLowerCase())?.value;
  return { raw, email, header, kind: header('Content-Class') };
}

/** Waits until a mailbox holds so many messages; fails at once when it holds more. */
export async function mailArrives(folder: string, count = 1, seconds = 45): Promise<Mail[]> {
  const raws = await until(
    `${count} message(s) in ${folder}`,
    () => enough(mailIn(folder), { folder, count }),
    seconds,
  );
  return Promise.all(raws.map(parseMail));
}

function enough(raws: Buffer[], { folder, count }: { folder: string; count: number }): Buffer[] | undefined {
  if (raws.length > count) throw new Error(`${raws.length} messages in ${folder}, ${count} were expected`);
  return raws.length === count ? raws : undefined;
}
