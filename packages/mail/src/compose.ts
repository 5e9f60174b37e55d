import { Bug, plainText } from '@parley/base';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type MimeNode from 'nodemailer/lib/mime-node/index.js';
import { base64Lines } from './base64-lines.ts';
import { mailDate } from './date.ts';
import type { Attachment, Letter } from './letter.ts';

/** Longest subject, in characters: a caller chooses part of it. */
const LONGEST_SUBJECT = 250;

/**
 * A letter as RFC 5322 bytes: CRLF only, no line over 998 octets, encoded words (RFC 2047) and parameters (RFC 2231)
 * where needed, text and HTML as alternatives and the attachment beside them. The same letter gives the same bytes.
 */
export async function compose(letter: Letter): Promise<Buffer> {
  const composer = new MailComposer({
    messageId: `<${letter.messageId}>`,
    date: mailDate(letter.date.at, letter.date.timeZone),
    from: { name: plainText(letter.from.name), address: letter.from.address },
    to: { name: plainText(letter.to.name), address: letter.to.address },
    subject: plainText(letter.subject, LONGEST_SUBJECT),
    text: inLines(letter.text),
    html: inLines(letter.html),
    headers: letter.headers.map(([key, value]) => ({ key, value: plainText(value, 900) })),
    // Header names are case-insensitive, but people's mail rules were written against these spellings.
    normalizeHeaderKey: key => exactName(letter, key),
    boundaryPrefix: 'parley',
    baseBoundary: letter.messageId.replace(/[^A-Za-z0-9]/g, ''),
    // Its bytes are given later; the library wants to see some.
    attachments: letter.attachment
      ? [
          {
            filename: false,
            contentType: letter.attachment.contentType,
            content: ' ',
            contentTransferEncoding: 'base64',
          },
        ]
      : [],
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const root = composer.compile();
  if (letter.attachment) reserve(root, letter.attachment);
  const raw = await root.build();
  if (raw.length === 0) throw new Bug('the mail composer gave no bytes');
  return letter.attachment ? attached(raw, root, letter.attachment) : raw;
}

function exactName(letter: Letter, key: string): string {
  return letter.headers.find(([name]) => name.toLowerCase() === key.toLowerCase())?.[0] ?? key;
}

/** Line ends as they are on the wire. The library could do that too, but would look at every octet of the attachment for it. */
function inLines(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

/**
 * Gives the attachment its header, and an empty body for now. The library would write the name a second time as an encoded word inside a quoted string
 * of Content-Type, which RFC 2047 section 5 forbids; as a header of its own it is written by RFC 2231 and nowhere else.
 */
function reserve(root: MimeNode, { fileName }: Attachment): void {
  const part = root.childNodes.at(-1);
  if (!part) throw new Bug('the letter has an attachment but no part for it');
  const name = plainText(fileName).replace(/[\\"]/g, '\\$&');
  part.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  part.setRaw(`${part.buildHeaders()}\r\n\r\n`);
}

/**
 * The letter with the attachment's bytes in its last part, which was empty. They are nearly all of a letter, and the library leads them through five
 * streams, which takes several times as long as encoding them.
 */
function attached(letter: Buffer, root: MimeNode, { content }: Attachment): Buffer {
  const end = letter.length - `\r\n--${root.boundary}--\r\n`.length;
  if (letter.toString('latin1', end - 4, end + 4) !== '\r\n\r\n\r\n--')
    throw new Bug('the letter does not end with its attachment');
  return Buffer.concat([letter.subarray(0, end), base64Lines(content), letter.subarray(end)]);
}
