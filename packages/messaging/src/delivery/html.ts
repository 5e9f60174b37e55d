/** What both parts of a letter's body say. */
export interface BodyText {
  readonly language: string;
  readonly line: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly remarks: readonly string[];
  /** Written by an administrator: plain text with `<b> <i> <u> <br> <p>` at most. */
  readonly policyText?: string;
}

/** The body once as plain text and once as HTML without anything that loads, runs or links. */
export function textToHtml(body: BodyText): { text: string; html: string } {
  const text = [
    body.line,
    '',
    ...body.rows.map(([label, value]) => `${label}: ${value}`),
    ...(body.remarks.length > 0 ? ['', ...body.remarks] : []),
    ...(body.policyText ? ['', withoutTags(body.policyText)] : []),
    '',
  ].join('\n');
  const html = [
    `<!DOCTYPE html><html lang="${escapeHtml(body.language)}"><head><meta charset="utf-8"><title>${escapeHtml(body.line)}</title></head><body>`,
    `<p>${escapeHtml(body.line)}</p>`,
    `<table>${body.rows.map(([label, value]) => `<tr><th scope="row" align="left">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`).join('\n')}</table>`,
    ...body.remarks.map(remark => `<p><strong>${escapeHtml(remark)}</strong></p>`),
    ...(body.policyText ? [`<div>${simpleHtml(body.policyText)}</div>`] : []),
    '</body></html>',
    '',
  ].join('\n');
  return { text, html };
}

/** The one way text gets into HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

/** Keeps the five harmless tags, without attributes, and escapes everything else. */
function simpleHtml(text: string): string {
  return escapeHtml(text).replace(/&#60;(\/?(?:b|i|u|p|br))\s?\/?&#62;/gi, '<$1>');
}

function withoutTags(text: string): string {
  return text
    .replace(/<br\s?\/?>|<\/p>/gi, '\n')
    .replace(/<\/?[biup]>/gi, '')
    .trim();
}
