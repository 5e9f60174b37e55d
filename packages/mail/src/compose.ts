import { asBuffer, Bug, plainText } from '@parley/base';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type MimeNode from 'nodemailer/lib/mime-node/index.js';
import { mailDate } from './date.ts';
import type { Letter } from './letter.ts';

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
    text: letter.text,
    html: letter.html,
    headers: letter.headers.map(([key, value]) => ({ key, value: plainText(value, 900) })),
    // Header names are case-insensitive, but people's mail rules were written against these spellings.
    normalizeHeaderKey: key => exactName(letter, key),
    boundaryPrefix: 'parley',
    baseBoundary: letter.messageId.replace(/[^A-Za-z0-9]/g, ''),
    attachments: letter.attachment
      ? [
          {
            filename: false,
            contentType: letter.attachment.contentType,
            content: asBuffer(letter.attachment.content),
            contentTransferEncoding: 'base64',
          },
        ]
      : [],
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const root = composer.compile();
  if (letter.attachment) nameAttachment(root, plainText(letter.attachment.fileName));
  const raw = await root.build();
  if (raw.length === 0) throw new Bug('the mail composer gave no bytes');
  return raw;
}

function exactName(letter: Letter, key: string): string {
  return letter.headers.find(([name]) => name.toLowerCase() === key.toLowerCase())?.[0] ?? key;
}

/**
 * Gives the attachment its name. The library would write it a second time as an encoded word inside a quoted string of
 * Content-Type, which RFC 2047 section 5 forbids; as a header of its own it is written by RFC 2231 and nowhere else.
 */
function nameAttachment(root: MimeNode, fileName: string): void {
  const part = root.childNodes.at(-1);
  if (!part) throw new Bug('the letter has an attachment but no part for it');
  part.setHeader('Content-Disposition', `attachment; filename="${fileName.replace(/[\\"]/g, '\\$&')}"`);
}
