import { Bug } from '@parley/base';
import type { Formats } from './formats.ts';

/** The mail texts of one language (`prompts/<language>/mail.yaml`), key -> template with `{placeholders}`. */
export interface Wording {
  /** BCP 47 tag, for dates and durations. */
  readonly language: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** Where wordings come from: the language's own, or the nearest one of its fallback chain. Never fails for a language name. */
export type Wordings = (language: string) => Wording;

/** Every key a language needs; a missing one is found when the language is loaded. */
export const WORDING_KEYS = [
  'caller.anonymous',
  'caller.unknown',
  'voice.subject',
  'voice.file',
  'voice.line',
  'voice.interrupted',
  'voice.interrupted.mark',
  'missed.subject',
  'missed.line',
  'label.name',
  'label.number',
  'label.called',
  'label.time',
  'label.duration',
  'label.urgent',
  'label.private',
] as const;

export type WordingKey = (typeof WORDING_KEYS)[number];

/** A text with its placeholders filled in; values go in as they are, each sink still escapes. */
export function worded(wording: Wording, key: WordingKey, values: Readonly<Record<string, string>> = {}): string {
  const template = wording.texts[key];
  if (template === undefined) throw new Bug(`the wording of ${wording.language} has no "${key}"`);
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** "3 seconds", "1 minute 5 seconds", in the language; whole seconds, at least one for any sound at all. */
export function durationText(millis: number, language: string, formats: Formats): string {
  const seconds = secondsOf(millis);
  const parts = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const said = parts
    .filter(([value, name]) => value > 0 || (name === 'second' && seconds === 0))
    .map(([value, name]) => formats.unit(language, name).format(value));
  return said.join(' ');
}

/** Milliseconds as the whole seconds that headers and texts give. */
export function secondsOf(millis: number): number {
  return millis > 0 ? Math.max(1, Math.round(millis / 1000)) : 0;
}
