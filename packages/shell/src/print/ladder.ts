import type { Trace, TracedMedia, TracedMessage } from '@parley/admin/client';
import { clean } from './clean.ts';
import { width } from './table.ts';

/** Columns of an arrow with what stands in it. */
const ARROW = 64;
/** Columns of the seconds in front of it. */
const TIME = 9;
const INDENT = ' '.repeat(TIME + 6);
/** Columns of a line: those of a terminal that nobody made wider. */
const LINE = 80;
/** Fewest strokes of an arrow. */
const STROKES = 3;

/**
 * The messages of a call between its other side and us: an arrow each, with the seconds since the first one, what was sent, and
 * below it what the session description says and why something was refused. Ends with a line end.
 */
export function ladder({ ladder: messages, leftOut }: Pick<Trace, 'ladder' | 'leftOut'>): string {
  const peer = messages[0]?.peer ?? '';
  const lines = [heading(peer)];
  messages.forEach((message, index) => {
    if (leftOut?.before === index) lines.push(`${' '.repeat(TIME)}  ... left out: ${leftOut.count} ...`);
    lines.push(rung(message), ...details(message, peer));
  });
  return `${lines.join('\n')}\n`;
}

function heading(peer: string): string {
  const us = 'Parley';
  const left = fitted(peer, ARROW - us.length);
  return `${'seconds'.padStart(TIME)}  ${left}${' '.repeat(Math.max(1, ARROW + 2 - width(left) - us.length))}${us}`;
}

function rung({ atMillis, direction, summary, retransmission }: TracedMessage): string {
  const time = (atMillis / 1000).toFixed(3).padStart(TIME);
  const label = fitted(`${summary}${retransmission ? ' (again)' : ''}`, ARROW - 2 * STROKES - 3);
  const strokes = '-'.repeat(ARROW - STROKES - 3 - width(label));
  const edge = '-'.repeat(STROKES);
  const arrow = direction === 'in' ? `${edge} ${label} ${strokes}>` : `<${strokes} ${label} ${edge}`;
  return `${time}  |${arrow}|`;
}

/** Whom it went to or came from when that is not the usual one, what does not fit into the arrow, and what stands beside the start line. */
function details({ direction, peer, summary, remarks, body, media }: TracedMessage, usual: string): string[] {
  const other = peer === usual ? [] : [`${direction === 'in' ? 'from' : 'to'} ${peer}`];
  const whole = width(clean(summary)) > ARROW - 2 * STROKES - 3 ? [summary] : [];
  const described = media.length > 0 ? media.map(mediaLine) : body === undefined ? [] : [body];
  return [...other, ...whole, ...remarks, ...described].flatMap(wrapped);
}

/** Breaks at blanks what is longer than a line; what follows stands two columns further in. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = INDENT;
  for (const word of clean(text).split(' ')) {
    const isEmpty = line.trim() === '';
    if (!isEmpty && width(line) + 1 + width(word) > LINE) {
      lines.push(line);
      line = `${INDENT}  ${word}`;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line];
}

function mediaLine({ kind, protocol, address, port, codecs, direction, encryption }: TracedMedia): string {
  const where = port === 0 ? 'refused' : `at ${address} ${port}, ${direction}`;
  const safety = encryption === 'none' ? 'not encrypted' : `encrypted (${encryption})`;
  return `${kind} ${where}: ${codecs.join(', ')}; ${protocol}, ${safety}`;
}

/** One line of at most so many columns. */
function fitted(text: string, columns: number): string {
  const line = clean(text);
  if (width(line) <= columns) return line;
  let fit = '';
  for (const character of line) {
    if (width(fit) + width(character) > columns - 3) break;
    fit += character;
  }
  return `${fit}...`;
}
