import { createToken, Lexer } from 'chevrotain';

/** The words of a filter. Every expression of them is linear in the length of the text. */
const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED });
export const Open = createToken({ name: 'Open', pattern: '(', label: "'('" });
export const Close = createToken({ name: 'Close', pattern: ')', label: "')'" });
export const Dash = createToken({ name: 'Dash', pattern: /-[a-z]+(?![a-z0-9])/i, label: 'an operator such as -eq' });
export const Joint = createToken({
  name: 'Joint',
  pattern: /-(?:and|or)(?![a-z0-9])/i,
  label: '-and or -or',
  longer_alt: Dash,
});
export const Not = createToken({ name: 'Not', pattern: /-not(?![a-z0-9])|!/i, label: '-not' });
export const Operator = createToken({
  name: 'Operator',
  pattern: /-(?:eq|ne|like|notlike|gt|ge|lt|le|contains)(?![a-z0-9])/i,
  label: 'one of -eq -ne -like -notlike -gt -ge -lt -le -contains',
});
export const Literal = createToken({
  name: 'Literal',
  pattern: /\$(?:true|false|null)(?![a-z0-9])/i,
  label: '$true, $false or $null',
});
export const Single = createToken({ name: 'Single', pattern: /'(?:[^']|'')*'/, label: 'a text in quotes' });
export const Double = createToken({ name: 'Double', pattern: /"(?:[^"`]|`[\s\S]|"")*"/, label: 'a text in quotes' });
export const Number_ = createToken({
  name: 'Number',
  pattern: /-?[0-9]+(?:\.[0-9]+)?(?![a-z0-9.])/i,
  label: 'a number',
});
export const Word = createToken({ name: 'Word', pattern: /(?:\$_\.)?[a-z][a-z0-9]*/i, label: 'a property' });

/** In the order in which they are tried. */
export const TOKENS = [Space, Open, Close, Operator, Joint, Not, Dash, Literal, Single, Double, Number_, Word];
