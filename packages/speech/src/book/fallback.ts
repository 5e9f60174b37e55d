/** The language that is always there and that every chain ends in. */
export const LAST_RESORT = 'en-US';

/** What is spoken instead of a language that is missing, best first (the specification's PR-08). Every other: `LAST_RESORT` alone. */
const NEAREST: ReadonlyMap<string, readonly string[]> = new Map([
  ['fr-CA', ['fr-FR']],
  ['fr-FR', ['fr-CA']],
  ['es-ES', ['es-MX']],
  ['es-MX', ['es-ES']],
  ['pt-BR', ['pt-PT']],
  ['pt-PT', ['pt-BR']],
  ['zh-HK', ['zh-CN', 'zh-TW']],
  ['zh-CN', ['zh-HK', 'zh-TW']],
  ['zh-TW', ['zh-HK', 'zh-CN']],
]);

/** The languages to look in for `language`, itself first. `own` is what its folder says comes next, when it says so. */
export function fallbackChain(language: string, own?: readonly string[]): readonly string[] {
  // The three Chinese packs end in one another, but a server without any of them still has to say something.
  return [...new Set([language, ...(own ?? NEAREST.get(language) ?? []), LAST_RESORT])];
}
