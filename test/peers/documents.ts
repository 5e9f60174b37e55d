import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** A Markdown file of the project. */
export interface Document {
  /** From the root of the project on. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block: ```ts no-run because ... */
export interface Block {
  readonly document: string;
  readonly language: string;
  /** What stands behind the language; empty as a rule. */
  readonly info: string;
  readonly code: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
}

/** Every Markdown file, in the order of their paths. */
export function documents(): Document[] {
  const left = new Set(['node_modules', '.git', 'parley-data']);
  const paths = globSync('**/*.md', { cwd: ROOT, exclude: path => path.split('/').some(part => left.has(part)) });
  return paths.sort().map(path => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The fenced blocks of a document. */
export function blocksOf({ path, text }: Document): Block[] {
  return [...text.matchAll(/^```(\w*) *(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language, 2: info, 3: code }) => ({
    document: path,
    language,
    info,
    code,
    line: text.slice(0, index).split('\n').length + 1,
  }));
}

/** What stands `in backticks` in the running text, not in fenced blocks. */
export function inlineCode({ text }: Document): string[] {
  const running = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...running.matchAll(/`([^`\n]+)`/g)].map(match => match[1]);
}
