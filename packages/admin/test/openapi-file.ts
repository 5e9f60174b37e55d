import { fileURLToPath } from 'node:url';

/** Where the description of the door is committed. */
export const OPENAPI_FILE = fileURLToPath(new URL('../../../docs/reference/openapi.json', import.meta.url));

/** As it is committed: an operation or a schema on a line each, so that a change is seen as what it is. */
export function format(document: object): string {
  return `${lines(document, 0)}\n`;
}

const DEEPEST_LINE = 3;

function lines(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > DEEPEST_LINE)
    return JSON.stringify(value);
  const indent = ' '.repeat(depth + 1);
  const entries = Object.entries(value).map(
    ([key, each]) => `${indent}${JSON.stringify(key)}: ${lines(each, depth + 1)}`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${' '.repeat(depth)}}`;
}
