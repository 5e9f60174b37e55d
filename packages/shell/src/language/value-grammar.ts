import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type * as Ast from './ast.ts';
import { nameOf, plainOperator, typeNamed } from './images.ts';
import { wordings } from './messages.ts';
import * as Token from './tokens.ts';

export type Rule<T> = ParserMethod<[], T>;

/**
 * The grammar of values: what stands among arguments, in conditions and behind an assignment. `from` and `text` are told by whoever
 * parses: where the tokens stand in the whole source, and what the tokens with values in them mean.
 */
export abstract class ValueGrammar extends EmbeddedActionsParser {
  /** Added to every offset. */
  from = 0;
  /** What the tokens were made of. */
  source = '';
  /** What a token means that is a text or a number. */
  text: (token: IToken) => Ast.Expression = token => ({ type: 'text', value: token.image, at: this.span(token) });

  /** Values hold statements: `$( ... )`, `{ ... }`, `@{ key = ... }`. */
  abstract readonly statement: Rule<Ast.Statement>;
  abstract readonly statements: Rule<readonly Ast.Statement[]>;
  abstract readonly body: Rule<readonly Ast.Statement[]>;
  abstract readonly separator: Rule<void>;

  /** Whoever extends it calls `performSelfAnalysis` when all rules are there. */
  constructor() {
    super([...new Set(Object.values(Token.modes.modes).flat())], {
      recoveryEnabled: true,
      maxLookahead: 2,
      errorMessageProvider: wordings,
      skipValidations: true,
    });
  }

  /** A value among the arguments of a command, or several with commas between them. */
  readonly argument: Rule<Ast.Expression> = this.RULE('argument', (): Ast.Expression => {
    const items = [this.SUBRULE(this.accessed)];
    this.MANY(() => {
      this.CONSUME(Token.Comma);
      items.push(this.SUBRULE2(this.accessed));
    });
    return this.#array(items);
  });

  readonly operation: Rule<Ast.Expression> = this.RULE('operation', (): Ast.Expression => {
    const first = this.SUBRULE(this.comparison);
    const rest: Link[] = [];
    this.MANY(() => rest.push(this.#link(this.CONSUME(Token.Logical), this.SUBRULE2(this.comparison))));
    return this.#chain(first, rest);
  });

  readonly comparison: Rule<Ast.Expression> = this.RULE('comparison', (): Ast.Expression => {
    const first = this.SUBRULE(this.sum);
    const rest: Link[] = [];
    this.MANY(() => rest.push(this.#link(this.CONSUME(Token.Comparison), this.SUBRULE2(this.sum))));
    return this.#chain(first, rest);
  });

  readonly sum: Rule<Ast.Expression> = this.RULE('sum', (): Ast.Expression => {
    const first = this.SUBRULE(this.product);
    const rest: Link[] = [];
    this.MANY(() => rest.push(this.#link(this.CONSUME(Token.Sign), this.SUBRULE2(this.product))));
    return this.#chain(first, rest);
  });

  readonly product: Rule<Ast.Expression> = this.RULE('product', (): Ast.Expression => {
    const first = this.SUBRULE(this.formatted);
    const rest: Link[] = [];
    this.MANY(() => rest.push(this.#link(this.CONSUME(Token.Times), this.SUBRULE2(this.formatted))));
    return this.#chain(first, rest);
  });

  readonly formatted: Rule<Ast.Expression> = this.RULE('formatted', (): Ast.Expression => {
    const first = this.SUBRULE(this.range);
    const rest: Link[] = [];
    this.MANY(() => rest.push(this.#link(this.CONSUME(Token.Format), this.SUBRULE2(this.range))));
    return this.#chain(first, rest);
  });

  readonly range: Rule<Ast.Expression> = this.RULE('range', (): Ast.Expression => {
    const first = this.SUBRULE(this.items);
    const rest: Link[] = [];
    this.MANY(() => rest.push(this.#link(this.CONSUME(Token.Range), this.SUBRULE2(this.items))));
    return this.#chain(first, rest);
  });

  readonly items: Rule<Ast.Expression> = this.RULE('items', (): Ast.Expression => {
    const items = [this.SUBRULE(this.unary)];
    this.MANY(() => {
      this.CONSUME(Token.Comma);
      items.push(this.SUBRULE2(this.unary));
    });
    return this.#array(items);
  });

  readonly unary: Rule<Ast.Expression> = this.RULE('unary', (): Ast.Expression => {
    const prefixes: Ast.Prefix[] = [];
    this.MANY(() =>
      prefixes.push(
        this.OR([
          { ALT: (): Ast.Prefix => this.#prefix(this.CONSUME(Token.Not)) },
          { ALT: (): Ast.Prefix => this.#prefix(this.CONSUME(Token.Sign)) },
          {
            ALT: (): Ast.Prefix => {
              const type = this.CONSUME(Token.TypeName);
              return { cast: typeNamed(type), at: this.span(type) };
            },
          },
        ]),
      ),
    );
    const operand = this.SUBRULE(this.accessed);
    if (prefixes.length === 0) return operand;
    return {
      type: 'prefixed',
      prefixes,
      operand,
      at: this.ACTION(() => ({ start: prefixes[0].at.start, end: this.end() })),
    };
  });

  /** A value with its members and entries. */
  readonly accessed: Rule<Ast.Expression> = this.RULE('accessed', (): Ast.Expression => {
    const steps: Ast.Step[] = [];
    const of = this.SUBRULE(this.value);
    this.MANY(() =>
      steps.push(
        this.OR([
          { ALT: (): Ast.Step => this.SUBRULE(this.member) },
          { ALT: (): Ast.Step => this.SUBRULE(this.index) },
        ]),
      ),
    );
    return steps.length === 0
      ? of
      : { type: 'access', of, steps, at: this.ACTION(() => ({ start: of?.at?.start ?? 0, end: this.end() })) };
  });

  readonly member: Rule<Ast.Step> = this.RULE('member', (): Ast.Step => {
    let given: Ast.Expression[] | undefined;
    const first = this.LA(1);
    const member = this.OR([
      {
        ALT: (): Ast.Expression => {
          const name = this.CONSUME(Token.Member);
          return { type: 'text', value: name.image.slice(1), at: this.span(name) };
        },
      },
      {
        ALT: (): Ast.Expression => {
          this.CONSUME(Token.Dot);
          return this.SUBRULE(this.value);
        },
      },
    ]);
    this.OPTION(() => {
      given = [];
      this.CONSUME(Token.CallParen);
      this.MANY_SEP({ SEP: Token.Comma, DEF: () => given?.push(this.SUBRULE(this.unary)) });
      this.CONSUME(Token.RightParen);
    });
    return { member, ...(given ? { arguments: given } : {}), at: this.since(first) };
  });

  readonly index: Rule<Ast.Step> = this.RULE('index', (): Ast.Step => {
    const first = this.CONSUME(Token.LeftBracket);
    const index = this.SUBRULE(this.operation);
    this.CONSUME(Token.RightBracket);
    return { index, at: this.since(first) };
  });

  readonly value: Rule<Ast.Expression> = this.RULE(
    'value',
    (): Ast.Expression =>
      this.OR([
        { ALT: (): Ast.Expression => this.#meant(this.CONSUME(Token.SingleQuoted)) },
        { ALT: (): Ast.Expression => this.#meant(this.CONSUME(Token.DoubleQuoted)) },
        { ALT: (): Ast.Expression => this.#meant(this.CONSUME(Token.HereText)) },
        { ALT: (): Ast.Expression => this.#meant(this.CONSUME(Token.Bare)) },
        { ALT: (): Ast.Expression => this.#meant(this.CONSUME(Token.Numeral)) },
        {
          ALT: (): Ast.Expression => {
            const variable = this.CONSUME(Token.Variable);
            return { type: 'variable', name: nameOf(variable), at: this.span(variable) };
          },
        },
        { ALT: (): Ast.Expression => this.SUBRULE(this.grouped) },
        { ALT: (): Ast.Expression => this.SUBRULE(this.table) },
        {
          ALT: (): Ast.Expression => {
            const first = this.LA(1);
            const statements = this.SUBRULE(this.body);
            const at = this.since(first);
            const source = this.ACTION(() => this.source.slice(at.start - this.from + 1, at.end - this.from - 1));
            return { type: 'block', source, statements, at };
          },
        },
      ]),
  );

  readonly grouped: Rule<Ast.Grouped> = this.RULE('grouped', (): Ast.Grouped => {
    const open = this.OR([
      { ALT: () => this.CONSUME(Token.LeftParen) },
      { ALT: () => this.CONSUME(Token.DollarParen) },
      { ALT: () => this.CONSUME(Token.AtParen) },
    ]);
    const statements = this.SUBRULE(this.statements);
    this.CONSUME(Token.RightParen);
    return { type: this.ACTION(() => GROUPS.get(open.image.charAt(0)) ?? 'group'), statements, at: this.since(open) };
  });

  readonly table: Rule<Ast.TableLiteral> = this.RULE('table', (): Ast.TableLiteral => {
    const entries: { key: Ast.Expression; value: Ast.Statement }[] = [];
    const open = this.CONSUME(Token.AtCurly);
    this.MANY(() => this.SUBRULE(this.separator));
    this.OPTION(() => {
      entries.push(this.SUBRULE(this.entry));
      this.MANY2(() => {
        this.AT_LEAST_ONE(() => this.SUBRULE2(this.separator));
        this.OPTION2(() => entries.push(this.SUBRULE2(this.entry)));
      });
    });
    this.CONSUME(Token.RightCurly);
    return { type: 'table', entries, at: this.since(open) };
  });

  readonly entry: Rule<{ key: Ast.Expression; value: Ast.Statement }> = this.RULE(
    'entry',
    (): { key: Ast.Expression; value: Ast.Statement } => {
      const key = this.OR([
        {
          ALT: (): Ast.Expression => {
            const name = this.CONSUME(Token.Key);
            return { type: 'text', value: name.image, at: this.span(name) };
          },
        },
        { ALT: (): Ast.Expression => this.SUBRULE(this.accessed) },
      ]);
      this.CONSUME(Token.Assign);
      return { key, value: this.SUBRULE(this.statement) };
    },
  );

  protected span(token: IToken): Ast.Span {
    return { start: this.from + token.startOffset, end: this.from + Token.endOf(token) };
  }

  /** Behind what was read last. */
  protected end(): number {
    return this.span(this.LA(0)).end;
  }

  protected since(first: IToken): Ast.Span {
    return this.ACTION(() => ({ start: this.span(first).start, end: this.end() }));
  }

  #meant(token: IToken): Ast.Expression {
    return this.ACTION(() => this.text(token));
  }

  #prefix(token: IToken): Ast.Prefix {
    return { operator: plainOperator(token.image), at: this.span(token) };
  }

  #link(token: IToken, operand: Ast.Expression): Link {
    return { operator: plainOperator(token.image), operand, at: this.span(token) };
  }

  #chain(first: Ast.Expression, rest: readonly Link[]): Ast.Expression {
    if (rest.length === 0) return first;
    return { type: 'chain', first, rest, at: this.ACTION(() => ({ start: first?.at?.start ?? 0, end: this.end() })) };
  }

  #array(items: readonly Ast.Expression[]): Ast.Expression {
    if (items.length === 1) return items[0];
    return { type: 'array', items, at: this.ACTION(() => ({ start: items[0]?.at?.start ?? 0, end: this.end() })) };
  }
}

type Link = Ast.Chain['rest'][number];

const GROUPS: ReadonlyMap<string, Ast.Grouped['type']> = new Map([
  ['(', 'group'],
  ['$', 'subexpression'],
  ['@', 'list'],
]);
