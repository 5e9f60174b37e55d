import { isMap, LineCounter, parseDocument } from 'yaml';
import type { Problem } from './problem.ts';

/** A configuration file as YAML reads it. */
export interface YamlFile {
  /** Maps, lists and values; undefined when the file is empty or has problems. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The line of a key; of the group around it when it does not stand there. */
  lineOf(path: readonly string[]): number | undefined;
}

/** Reads it. What YAML does not understand is a problem, and so are aliases: a few lines of them are a file of gigabytes. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: Problem[] = document.errors.map(({ code, message }) => ({
    text: code === 'MULTIPLE_DOCS' ? 'a line of "---" begins a second document; only one is read' : readable(message),
  }));
  const lineOf = (path: readonly string[]): number | undefined => {
    let node: unknown = document.contents;
    let offset: number | undefined;
    for (const key of path) {
      const pair = isMap(node) ? node.items.find(item => String(item.key) === key) : undefined;
      if (!pair) break;
      offset = startOf(pair.key);
      node = pair.value;
    }
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
  if (problems.length > 0) return { value: undefined, problems, lineOf };
  try {
    return { value: document.toJS({ maxAliasCount: 0 }), problems, lineOf };
  } catch (error) {
    // The library's word for an alias that leads nowhere, and for one more than are allowed.
    if (!(error instanceof ReferenceError)) throw error;
    return { value: undefined, problems: [{ text: 'aliases (*name) are not read: write the value out' }], lineOf };
  }
}

/** The library's sentence, without the picture of the line below it; what it most often means, where it is not plain. */
function readable(message: string): string {
  const [sentence = message] = message.split('\n');
  const plain = sentence.replace(/:$/, '');
  return /flow|missing/i.test(plain)
    ? `${plain}. Is a bracket or a quote not closed? A value with brackets or commas of its own belongs in quotes: 'udp:[::]:5060'`
    : plain;
}

/** Where a node of the document begins. */
function startOf(node: unknown): number | undefined {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const from: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof from === 'number' ? from : undefined;
}
