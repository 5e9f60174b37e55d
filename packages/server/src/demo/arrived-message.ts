import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

/** A message as it lies in a mailbox, taken apart for people. */
export interface ArrivedMessage {
  readonly path: string;
  /** Header lines, unfolded. */
  readonly headers: readonly string[];
  readonly audio: { readonly name: string; readonly bytes: Uint8Array };
}

/** The one message in a Maildir's `new`; undefined when there is none. */
export async function arrivedMessage(folder: string): Promise<ArrivedMessage | undefined> {
  const [name] = await readdir(folder);
  if (name === undefined) return undefined;
  const path = join(folder, name);
  const raw = await readFile(path);
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });
  const [audio] = mail.attachments;
  if (!audio || !(audio.content instanceof ArrayBuffer)) return undefined;
  return {
    path,
    headers: mail.headers.map(({ originalKey, value }) => `${originalKey}: ${value}`),
    audio: { name: audio.filename ?? 'message', bytes: new Uint8Array(audio.content) },
  };
}
