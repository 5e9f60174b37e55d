import type { SpokenValue, SpokenValues } from '../request.ts';
import type { Gender, Spelling } from '../spell/spelling.ts';
import { spokenDigits, spokenText } from '../spell/spoken-text.ts';
import type { Part } from './part.ts';
import type { Template, TemplatePart } from './template.ts';

/** What composing looks things up in. */
export interface Lookup {
  /** The prompt as this language, or the nearest that has it, says it. */
  prompt(language: string, id: string): { readonly language: string; readonly template: Template } | undefined;
  /** The number grammar of this language or the nearest that has one. */
  spelling(language: string): { readonly language: string; readonly spelling: Spelling };
  /** The chord of an item, in a test language that has one. */
  chord(language: string, item: string): number | undefined;
}

/** Prompts that stand in for one another: deeper is a circle in prompts.yaml. */
const DEEPEST = 4;

/** A prompt with its values -> its parts, in order. Unknown prompts are no parts; never throws because of a value. */
export function compose(
  lookup: Lookup,
  language: string,
  prompt: { id: string; values?: SpokenValues },
): readonly Part[] {
  return composeAt(lookup, language, { id: prompt.id, values: prompt.values ?? {}, depth: 0 });
}

function composeAt(
  lookup: Lookup,
  language: string,
  prompt: { readonly id: string; readonly values: SpokenValues; readonly depth: number },
): readonly Part[] {
  const found = lookup.prompt(language, prompt.id);
  if (!found) return [];
  const { template } = found;
  const chord = lookup.chord(language, prompt.id);
  const inside = { lookup, language: chord === undefined ? found.language : language };
  const parts: Part[] = chord === undefined ? [] : [{ kind: 'chord', item: prompt.id, number: chord }];
  if (template.tone && chord === undefined)
    return [{ kind: 'tone', tone: template.tone, recording: template.recording }];
  for (const piece of formOf(template, found.language, prompt.values)) {
    if (piece.kind === 'text') {
      if (chord === undefined) parts.push({ ...piece, kind: 'words', language: found.language, fixed: true });
      continue;
    }
    const spoken = valueParts(inside, piece, prompt.values[piece.name]);
    if (spoken.length === 0 && template.instead && prompt.depth < DEEPEST)
      return composeAt(lookup, language, { ...prompt, id: template.instead, depth: prompt.depth + 1 });
    parts.push(...spoken);
  }
  return parts;
}

function formOf(template: Template, language: string, values: SpokenValues): readonly TemplatePart[] {
  const other = template.forms.get('other') ?? [];
  const count = template.countedBy === undefined ? undefined : values[template.countedBy];
  if (typeof count !== 'number') return other;
  return template.forms.get(new Intl.PluralRules(language).select(Math.round(count))) ?? other;
}

interface Inside {
  readonly lookup: Lookup;
  readonly language: string;
}

/** A value as parts; none when it is missing or there is nothing in it that can be spoken. */
function valueParts(
  inside: Inside,
  piece: { name: string; gender?: Gender },
  value: SpokenValue | undefined,
): readonly Part[] {
  if (value === undefined) return [];
  if (typeof value === 'object' && 'digits' in value) return digitParts(inside, value.digits);
  const item = itemOf(value);
  const chord = inside.lookup.chord(inside.language, item);
  if (chord !== undefined) return chordParts(inside, { kind: 'chord', item, number: chord }, value);
  if (typeof value === 'string')
    return wordsOf({ language: inside.language, text: spokenText(value), value: piece.name });
  if (typeof value === 'object' && 'name' in value)
    return wordsOf({
      language: inside.language,
      text: spokenText(value.name),
      value: piece.name,
      recording: value.recording,
    });
  const { language, spelling } = inside.lookup.spelling(inside.language);
  const text =
    typeof value === 'number'
      ? spelling.number(value, piece.gender)
      : 'seconds' in value
        ? spelling.duration(value.seconds)
        : spelling.moment(value);
  return wordsOf({ language, text, value: piece.name });
}

function wordsOf(words: { language: string; text: string; value: string; recording?: string }): readonly Part[] {
  return words.text === '' && !words.recording ? [] : [{ kind: 'words', fixed: false, ...words }];
}

/** "4 2 7 1": each digit is a prompt of its own, so that it has a recording and a replacement like any other. */
function digitParts(inside: Inside, digits: string): readonly Part[] {
  return spokenDigits(digits).flatMap((digit, index) => {
    const parts = compose(inside.lookup, inside.language, { id: digitId(digit) });
    return index === 0 ? parts : parts.map(part => (part.kind === 'words' ? { ...part, text: ` ${part.text}` } : part));
  });
}

const SIGNS = new Map([
  ['*', 'digit.star'],
  ['#', 'digit.hash'],
  ['+', 'digit.plus'],
]);

function digitId(digit: string): string {
  return SIGNS.get(digit) ?? `digit.${digit}`;
}

/** Every prompt that digits need. */
export const DIGIT_IDS: readonly string[] = [...'0123456789*#+'].map(digitId);

/** What the chords of a test language call a value. */
export const VALUE_ITEMS: readonly string[] = [
  'value.name',
  'value.text',
  'value.number',
  'value.duration',
  'value.moment',
];

function itemOf(value: Exclude<SpokenValue, { digits: string }>): string {
  if (typeof value === 'number') return 'value.number';
  if (typeof value === 'string') return 'value.text';
  if ('name' in value) return 'value.name';
  return 'seconds' in value ? 'value.duration' : 'value.moment';
}

/** In a test language a number and a duration (in seconds) are followed by their digits. */
function chordParts(inside: Inside, chord: Part, value: SpokenValue): readonly Part[] {
  if (typeof value === 'number') return [chord, ...digitParts(inside, value.toFixed(0))];
  if (typeof value === 'object' && 'seconds' in value) return [chord, ...digitParts(inside, value.seconds.toFixed(0))];
  if (typeof value === 'string' && spokenText(value) === '') return [];
  if (typeof value === 'object' && 'name' in value && spokenText(value.name) === '' && !value.recording) return [];
  return [chord];
}
