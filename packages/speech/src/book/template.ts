import type { Gender } from '../spell/spelling.ts';

/** A piece of a template: text as it stands, or a placeholder (`{count}`, `{minutes:feminine}`). */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly recording?: string }
  | { readonly kind: 'value'; readonly name: string; readonly gender?: Gender };

/** A generated tone. */
export interface ToneShape {
  readonly hertz: number;
  readonly millis: number;
}

/** One prompt of one language. */
export interface Template {
  /** Plural category ("one", "other" ...) -> parts; a prompt without plural has `other` alone. */
  readonly forms: ReadonlyMap<string, readonly TemplatePart[]>;
  /** The placeholder whose number chooses the form. */
  readonly countedBy?: string;
  /** The prompt that is said instead when a value is missing or cannot be spoken. */
  readonly instead?: string;
  readonly tone?: ToneShape;
  readonly recording?: string;
}

/** What is wrong with a template, for the administrator who wrote it. */
export class TemplateError extends Error {}

const PLACEHOLDER = /^([a-zA-Z][a-zA-Z0-9]*)(?::(masculine|feminine))?$/;

/** Cuts "You have {count} new messages." at its placeholders; throws `TemplateError`. */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    const end = open < 0 ? text.length : open;
    if (text.slice(at, end).includes('}')) throw new TemplateError('has a } without a {');
    if (end > at) parts.push({ kind: 'text', text: text.slice(at, end) });
    if (open < 0) break;
    const close = text.indexOf('}', open);
    if (close < 0) throw new TemplateError('has a { without a }');
    parts.push(placeholder(text.slice(open + 1, close)));
    at = close + 1;
  }
  return parts;
}

function placeholder(inside: string): TemplatePart {
  const match = PLACEHOLDER.exec(inside);
  if (!match) throw new TemplateError(`has {${inside}}, which is not a name, nor a name with :masculine or :feminine`);
  return { kind: 'value', name: match[1], gender: match[2] as Gender | undefined };
}

/** Whether there is anything in it to say: a lone full stop between two values is only for the reader. */
export function isSpoken(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
