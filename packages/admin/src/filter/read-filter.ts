import { ObjectInvalid } from '@parley/directory';
import { type Filter, nearest, type ObjectDefinition, remark, shownName } from '@parley/schema';
import { Lexer } from 'chevrotain';
import { propertyNamed } from '../run/shown.ts';
import { FilterGrammar, type Written } from './grammar.ts';
import { Not, Open, TOKENS } from './tokens.ts';

const LONGEST_FILTER = 2048;
/** Parentheses and negations, which may lie within one another. */
const DEEPEST_FILTER = 32;
/** Longest text that a property is compared with. */
const LONGEST_VALUE = 256;

const lexer = new Lexer(TOKENS, { positionTracking: 'onlyOffset' });
const grammar = new FilterGrammar();

/**
 * Reads a filter over the properties of a kind, as administrators write them: `Name -like 'A*' -and (UMEnabled -eq $true)`, braces
 * around it or not. Throws an `ObjectInvalid` that says at which column what is expected.
 */
export function readFilter(text: string, definition: ObjectDefinition): Filter {
  if (text.length > LONGEST_FILTER) throw refused(text, 1, `at most ${LONGEST_FILTER} characters`);
  const opening = /^\s*\{/.exec(text)?.[0].length ?? 0;
  const closing = opening > 0 && text.trimEnd().endsWith('}') ? text.trimEnd().length - 1 : text.length;
  // Spaces keep the columns.
  const inner = ' '.repeat(opening) + text.slice(opening, closing);
  return withProperties(parsed(inner), definition);
}

function parsed(text: string): Written {
  const { tokens, errors } = lexer.tokenize(text);
  const [wrong] = errors;
  if (wrong) throw refused(text, wrong.offset + 1, 'this is not understood; texts stand between quotes');
  if (tokens.filter(({ tokenType }) => tokenType === Open || tokenType === Not).length > DEEPEST_FILTER)
    throw refused(text, 1, `at most ${DEEPEST_FILTER} parentheses and negations`);
  grammar.input = tokens;
  const written = grammar.filter();
  const [error] = grammar.errors;
  if (!error) return written;
  const { startOffset } = error.token;
  throw refused(text, startOffset >= 0 ? startOffset + 1 : text.trimEnd().length + 1, error.message);
}

function refused(text: string, column: number, why: string): ObjectInvalid {
  return new ObjectInvalid([remark('Filter', text, `Filter, column ${column}: ${why}`)]);
}

function withProperties(written: Written, definition: ObjectDefinition): Filter {
  switch (written.op) {
    case 'and':
    case 'or':
      return { op: written.op, of: written.of.map(each => withProperties(each, definition)) };
    case 'not':
      return { op: 'not', of: withProperties(written.of, definition) };
    default: {
      const { op, property: token, value } = written;
      const word = token.image.replace('$_.', '');
      const property = propertyNamed(definition, word);
      if (property === undefined) {
        const known = Object.entries(definition.properties).map(([name, each]) => shownName(name, each));
        throw refused(
          word,
          token.startOffset + 1,
          `${definition.kind} has no property ${word}: ${nearest(word, known)}`,
        );
      }
      if (typeof value === 'string' && value.length > LONGEST_VALUE)
        throw refused(value, token.startOffset + 1, `a text of at most ${LONGEST_VALUE} characters`);
      return { op, property, value };
    }
  }
}
