import { parseTemplate, type Template, TemplateError, type TemplatePart, type ToneShape } from './template.ts';

const PLURALS = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;
const FIELDS: ReadonlySet<string> = new Set(['text', 'instead', 'tone', ...PLURALS]);
const LONGEST_TEXT = 2000;

/** One entry of prompts.yaml -> its template. Throws `TemplateError` with what is wrong. */
export function readPrompt(entry: unknown): Template {
  if (typeof entry === 'string') return { forms: new Map([['other', readText(entry)]]) };
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw new TemplateError('is neither a text nor a mapping');
  const fields = new Map<string, unknown>(Object.entries(entry));
  for (const field of fields.keys())
    if (!FIELDS.has(field)) throw new TemplateError(`has "${field}"; allowed are ${[...FIELDS].join(', ')}`);
  if (fields.has('tone')) return { forms: new Map(), tone: readTone(fields.get('tone')) };
  const forms = readForms(fields);
  const instead = fields.get('instead');
  if (instead !== undefined && typeof instead !== 'string')
    throw new TemplateError('has an "instead" that is not the id of a prompt');
  return { forms, countedBy: forms.size > 1 ? countedBy(forms) : undefined, instead };
}

function readForms(fields: ReadonlyMap<string, unknown>): Map<string, readonly TemplatePart[]> {
  if (fields.has('text')) return new Map([['other', readText(fields.get('text'))]]);
  const forms = new Map<string, readonly TemplatePart[]>();
  for (const plural of PLURALS) if (fields.has(plural)) forms.set(plural, readText(fields.get(plural)));
  if (!forms.has('other')) throw new TemplateError('has neither "text" nor "other"');
  return forms;
}

function readText(text: unknown): readonly TemplatePart[] {
  if (typeof text !== 'string' || text.trim() === '') throw new TemplateError('has a text that is empty or not a text');
  if (text.length > LONGEST_TEXT) throw new TemplateError(`is longer than ${LONGEST_TEXT} characters`);
  return parseTemplate(text.trim());
}

/** A plural is chosen by the first placeholder of its `other` form. */
function countedBy(forms: ReadonlyMap<string, readonly TemplatePart[]>): string {
  for (const part of forms.get('other') ?? []) if (part.kind === 'value') return part.name;
  throw new TemplateError('has plural forms, but no placeholder in "other" to choose them by');
}

function readTone(tone: unknown): ToneShape {
  const isShape = typeof tone === 'object' && tone !== null && 'hertz' in tone && 'millis' in tone;
  if (isShape && between(tone.hertz, 100, 3500) && between(tone.millis, 20, 2000))
    return { hertz: tone.hertz, millis: tone.millis };
  throw new TemplateError('has a tone without "hertz" (100 to 3500) and "millis" (20 to 2000)');
}

function between(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
