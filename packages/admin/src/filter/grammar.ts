import { COMPARISONS, type Comparison, type ComparisonFilter } from '@parley/schema';
import { EmbeddedActionsParser, type IToken } from 'chevrotain';
import { expectations } from './expectations.ts';
import { Close, Double, Joint, Literal, Not, Number_, Open, Operator, Single, TOKENS, Word } from './tokens.ts';

/** A filter before its properties are known: each with its place. */
export type Written =
  | { readonly op: 'and' | 'or'; readonly of: readonly Written[] }
  | { readonly op: 'not'; readonly of: Written }
  | { readonly op: Comparison; readonly property: IToken; readonly value: ComparisonFilter['value'] };

/**
 * The filters of the originals' command lines: `Name -like 'A*' -and (UMEnabled -eq $true)`. As in PowerShell `-and` and `-or` are of
 * one rank, read from left to right; parentheses say otherwise.
 */
export class FilterGrammar extends EmbeddedActionsParser {
  readonly filter: () => Written;

  constructor() {
    super(TOKENS, { recoveryEnabled: false, maxLookahead: 1, errorMessageProvider: expectations });
    let joined: () => Written;

    const value = this.RULE('value', (): ComparisonFilter['value'] =>
      this.OR([
        { ALT: () => unquoted(this.CONSUME(Single).image, "'") },
        { ALT: () => unquoted(this.CONSUME(Double).image, '"') },
        { ALT: () => Number(this.CONSUME(Number_).image) },
        { ALT: () => literal(this.CONSUME(Literal).image) },
      ]),
    );

    const comparison = this.RULE('comparison', (): Written => {
      const property = this.CONSUME(Word);
      const op = this.CONSUME(Operator);
      const compared = this.SUBRULE(value);
      return { op: this.ACTION(() => comparisonOf(op)), property, value: compared };
    });

    const part: () => Written = this.RULE(
      'part',
      (): Written =>
        this.OR([
          {
            ALT: (): Written => {
              this.CONSUME(Not);
              return { op: 'not', of: this.SUBRULE(part) };
            },
          },
          {
            ALT: (): Written => {
              this.CONSUME(Open);
              const inner = this.SUBRULE1(joined);
              this.CONSUME(Close);
              return inner;
            },
          },
          { ALT: () => this.SUBRULE(comparison) },
        ]),
    );

    joined = this.RULE('joined', (): Written => {
      let left = this.SUBRULE(part);
      this.MANY(() => {
        const joint = this.CONSUME(Joint);
        const right = this.SUBRULE1(part);
        left = this.ACTION(() => join(left, joint, right));
      });
      return left;
    });

    this.filter = joined;
    this.performSelfAnalysis();
  }
}

/** A row of equal joints is one list, so that a long one is not deep. */
function join(left: Written, joint: IToken, right: Written): Written {
  const op = joint.image.toLowerCase() === '-and' ? 'and' : 'or';
  return left.op === op ? { op, of: [...left.of, right] } : { op, of: [left, right] };
}

function comparisonOf({ image }: IToken): Comparison {
  const word = image.slice(1).toLowerCase();
  return COMPARISONS.find(each => each === word) ?? 'eq';
}

const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['$true', true],
  ['$false', false],
  ['$null', null],
]);

const literal = (image: string) => LITERALS.get(image.toLowerCase()) ?? null;

/** A doubled quote is one; a backtick takes the next character as it is, between double quotes. */
function unquoted(image: string, quote: '"' | "'"): string {
  const inner = image.slice(1, -1).replaceAll(quote + quote, quote);
  return quote === '"' ? inner.replaceAll(/`([\s\S])/g, '$1') : inner;
}
