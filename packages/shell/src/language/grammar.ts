import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type * as Ast from './ast.ts';
import { wordings } from './messages.ts';
import type { Problem } from './problem.ts';
import * as Token from './tokens.ts';
import { variableName } from './variable-name.ts';

type Rule<T> = ParserMethod<[], T>;

/** A pipeline until its first element is known to be a command or not. */
type Element = Ast.Command | Ast.Expression;

/**
 * The grammar. Values are made on the way; behind an error what they hold is not looked at. `from` and `text` are told by whoever
 * parses: where the tokens stand in the whole source, and what the tokens with values in them mean.
 */
export class Grammar extends EmbeddedActionsParser {
  /** Added to every offset. */
  from = 0;
  /** What the tokens were made of. */
  source = '';
  /** What is wrong and no matter of grammar. */
  complaints: Problem[] = [];
  /** What a token means that is a text or a number. */
  text: (token: IToken) => Ast.Expression = token => ({ type: 'text', value: token.image, at: this.#span(token) });

  constructor() {
    super([...new Set(Object.values(Token.modes.modes).flat())], {
      recoveryEnabled: true,
      maxLookahead: 2,
      errorMessageProvider: wordings,
      skipValidations: true,
    });
    this.performSelfAnalysis();
  }

  readonly script: Rule<Ast.Script> = this.RULE('script', (): Ast.Script => {
    let parameters: readonly Ast.ScriptParameter[] = [];
    this.MANY(() => this.SUBRULE(this.separator));
    this.OPTION(() => {
      this.OPTION2(() => this.CONSUME(Token.Attribute));
      this.MANY2(() => this.SUBRULE2(this.separator));
      parameters = this.SUBRULE(this.parameters);
    });
    return { parameters, statements: this.SUBRULE(this.statements) };
  });

  readonly separator: Rule<void> = this.RULE('separator', (): void => {
    this.OR([{ ALT: () => this.CONSUME(Token.Newline) }, { ALT: () => this.CONSUME(Token.Semicolon) }]);
  });

  readonly parameters: Rule<readonly Ast.ScriptParameter[]> = this.RULE(
    'parameters',
    (): readonly Ast.ScriptParameter[] => {
      const all: Ast.ScriptParameter[] = [];
      this.CONSUME(Token.Param);
      this.CONSUME(Token.LeftParen);
      this.MANY_SEP({ SEP: Token.Comma, DEF: () => all.push(this.SUBRULE(this.parameter)) });
      this.OPTION(() => this.CONSUME(Token.Newline));
      this.CONSUME(Token.RightParen);
      return all;
    },
  );

  readonly parameter: Rule<Ast.ScriptParameter> = this.RULE('parameter', (): Ast.ScriptParameter => {
    let required = false;
    let type: string | undefined;
    let initial: Ast.Expression | undefined;
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            required = /\bmandatory\b(?!\s*=\s*\$false)/i.test(this.CONSUME(Token.Attribute).image) || required;
          },
        },
        {
          ALT: () => {
            type = typeNamed(this.CONSUME(Token.TypeName));
          },
        },
        { ALT: () => this.CONSUME(Token.Newline) },
      ]),
    );
    const variable = this.CONSUME(Token.Variable);
    this.OPTION(() => {
      this.CONSUME(Token.Assign);
      initial = this.SUBRULE(this.unary);
    });
    return {
      name: nameOf(variable),
      ...(type ? { type } : {}),
      required,
      ...(initial ? { initial } : {}),
      at: this.#span(variable),
    };
  });

  readonly statements: Rule<readonly Ast.Statement[]> = this.RULE('statements', (): readonly Ast.Statement[] => {
    const all: Ast.Statement[] = [];
    this.MANY(() => this.SUBRULE(this.separator));
    this.OPTION(() => {
      all.push(this.SUBRULE(this.statement));
      this.MANY2(() => {
        this.AT_LEAST_ONE(() => this.SUBRULE2(this.separator));
        this.OPTION2(() => all.push(this.SUBRULE2(this.statement)));
      });
    });
    return all;
  });

  readonly statement: Rule<Ast.Statement> = this.RULE(
    'statement',
    (): Ast.Statement =>
      this.OR([
        { ALT: () => this.SUBRULE(this.conditional) },
        { ALT: () => this.SUBRULE(this.forEach) },
        { ALT: () => this.SUBRULE(this.flow) },
        { ALT: () => this.SUBRULE(this.pipeline) },
      ]),
  );

  readonly conditional: Rule<Ast.If> = this.RULE('conditional', (): Ast.If => {
    const branches: { condition: Ast.Statement; body: readonly Ast.Statement[] }[] = [];
    let otherwise: readonly Ast.Statement[] | undefined;
    const first = this.CONSUME(Token.If);
    branches.push({ condition: this.SUBRULE(this.condition), body: this.SUBRULE(this.body) });
    this.MANY(() => {
      this.CONSUME(Token.ElseIf);
      branches.push({ condition: this.SUBRULE2(this.condition), body: this.SUBRULE2(this.body) });
    });
    this.OPTION(() => {
      this.CONSUME(Token.Else);
      otherwise = this.SUBRULE3(this.body);
    });
    return { type: 'if', branches, ...(otherwise ? { otherwise } : {}), at: this.#from(first) };
  });

  readonly condition: Rule<Ast.Statement> = this.RULE('condition', (): Ast.Statement => {
    this.CONSUME(Token.LeftParen);
    const condition = this.SUBRULE(this.statement);
    this.OPTION(() => this.CONSUME(Token.Newline));
    this.CONSUME(Token.RightParen);
    return condition;
  });

  readonly body: Rule<readonly Ast.Statement[]> = this.RULE('body', (): readonly Ast.Statement[] => {
    this.CONSUME(Token.LeftCurly);
    const statements = this.SUBRULE(this.statements);
    this.CONSUME(Token.RightCurly);
    return statements;
  });

  readonly forEach: Rule<Ast.ForEach> = this.RULE('forEach', (): Ast.ForEach => {
    const first = this.CONSUME(Token.ForEach);
    this.CONSUME(Token.LeftParen);
    const variable = this.CONSUME(Token.Variable);
    this.CONSUME(Token.In);
    const over = this.SUBRULE(this.statement);
    this.OPTION(() => this.CONSUME(Token.Newline));
    this.CONSUME(Token.RightParen);
    return { type: 'foreach', variable: nameOf(variable), over, body: this.SUBRULE(this.body), at: this.#from(first) };
  });

  readonly flow: Rule<Ast.Flow> = this.RULE('flow', (): Ast.Flow => {
    let value: Ast.Statement | undefined;
    const first = this.OR([
      { ALT: () => this.CONSUME(Token.Break) },
      {
        ALT: () => {
          const word = this.CONSUME(Token.Return);
          this.OPTION(() => {
            value = this.SUBRULE(this.pipeline);
          });
          return word;
        },
      },
    ]);
    return {
      type: 'flow',
      word: this.ACTION(() => flowWord(first.image)),
      ...(value ? { value } : {}),
      at: this.#from(first),
    };
  });

  /** Commands through which values run, or a value that is kept. */
  readonly pipeline: Rule<Ast.Pipeline | Ast.Assignment> = this.RULE('pipeline', (): Ast.Pipeline | Ast.Assignment => {
    const rest: Ast.Command[] = [];
    let operator = '';
    let value: Ast.Statement | undefined;
    const first: Element = this.OR([
      { ALT: () => this.SUBRULE(this.command) },
      { ALT: () => this.SUBRULE(this.operation) },
    ]);
    this.OR2([
      {
        ALT: () => {
          operator = this.CONSUME(Token.Assign).image;
          value = this.SUBRULE(this.statement);
        },
      },
      {
        ALT: () =>
          this.MANY(() => {
            this.CONSUME(Token.Pipe);
            rest.push(this.SUBRULE2(this.command));
          }),
      },
    ]);
    const at = this.ACTION(() => ({ start: first?.at?.start ?? 0, end: this.#end() }));
    if (value === undefined) return { type: 'pipeline', first, rest, at };
    const kept = value;
    return this.ACTION(() => this.#assignment(first, { operator: plainOperator(operator), value: kept, at }));
  });

  readonly command: Rule<Ast.Command> = this.RULE('command', (): Ast.Command => {
    const elements: Ast.CommandElement[] = [];
    const word = this.CONSUME(Token.Word);
    this.MANY(() => elements.push(this.SUBRULE(this.element)));
    return { type: 'command', name: commandName(word.image), nameAt: this.#span(word), elements, at: this.#from(word) };
  });

  readonly element: Rule<Ast.CommandElement> = this.RULE(
    'element',
    (): Ast.CommandElement =>
      this.OR([
        {
          ALT: () => {
            const name = this.CONSUME(Token.ParameterName);
            let value: Ast.Expression | undefined;
            this.OPTION({
              GATE: () => name.image.endsWith(':'),
              DEF: () => {
                value = this.SUBRULE(this.argument);
              },
            });
            const plain = this.ACTION(() => name.image.slice(1).replace(/:$/, ''));
            return { type: 'parameter', name: plain, ...(value ? { value } : {}), at: this.#span(name) } as const;
          },
        },
        {
          ALT: () => {
            const splat = this.CONSUME(Token.Splat);
            return { type: 'splat', variable: splat.image.slice(1), at: this.#span(splat) } as const;
          },
        },
        {
          ALT: () => {
            const value = this.SUBRULE2(this.argument);
            return { type: 'argument', value, at: this.ACTION(() => value?.at) } as const;
          },
        },
      ]),
  );

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
              return { cast: typeNamed(type), at: this.#span(type) };
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
      at: this.ACTION(() => ({ start: prefixes[0].at.start, end: this.#end() })),
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
      : { type: 'access', of, steps, at: this.ACTION(() => ({ start: of?.at?.start ?? 0, end: this.#end() })) };
  });

  readonly member: Rule<Ast.Step> = this.RULE('member', (): Ast.Step => {
    let given: Ast.Expression[] | undefined;
    const first = this.LA(1);
    const member = this.OR([
      {
        ALT: (): Ast.Expression => {
          const name = this.CONSUME(Token.Member);
          return { type: 'text', value: name.image.slice(1), at: this.#span(name) };
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
    return { member, ...(given ? { arguments: given } : {}), at: this.#from(first) };
  });

  readonly index: Rule<Ast.Step> = this.RULE('index', (): Ast.Step => {
    const first = this.CONSUME(Token.LeftBracket);
    const index = this.SUBRULE(this.operation);
    this.CONSUME(Token.RightBracket);
    return { index, at: this.#from(first) };
  });

  readonly value: Rule<Ast.Expression> = this.RULE(
    'value',
    (): Ast.Expression =>
      this.OR([
        { ALT: (): Ast.Expression => this.#text(this.CONSUME(Token.SingleQuoted)) },
        { ALT: (): Ast.Expression => this.#text(this.CONSUME(Token.DoubleQuoted)) },
        { ALT: (): Ast.Expression => this.#text(this.CONSUME(Token.HereText)) },
        { ALT: (): Ast.Expression => this.#text(this.CONSUME(Token.Bare)) },
        { ALT: (): Ast.Expression => this.#text(this.CONSUME(Token.Numeral)) },
        {
          ALT: (): Ast.Expression => {
            const variable = this.CONSUME(Token.Variable);
            return { type: 'variable', name: nameOf(variable), at: this.#span(variable) };
          },
        },
        { ALT: (): Ast.Expression => this.SUBRULE(this.grouped) },
        { ALT: (): Ast.Expression => this.SUBRULE(this.table) },
        {
          ALT: (): Ast.Expression => {
            const first = this.LA(1);
            const statements = this.SUBRULE(this.body);
            const at = this.#from(first);
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
    return { type: this.ACTION(() => GROUPS.get(open.image.charAt(0)) ?? 'group'), statements, at: this.#from(open) };
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
    return { type: 'table', entries, at: this.#from(open) };
  });

  readonly entry: Rule<{ key: Ast.Expression; value: Ast.Statement }> = this.RULE(
    'entry',
    (): { key: Ast.Expression; value: Ast.Statement } => {
      const key = this.OR([
        {
          ALT: (): Ast.Expression => {
            const name = this.CONSUME(Token.Key);
            return { type: 'text', value: name.image, at: this.#span(name) };
          },
        },
        { ALT: (): Ast.Expression => this.SUBRULE(this.accessed) },
      ]);
      this.CONSUME(Token.Assign);
      return { key, value: this.SUBRULE(this.statement) };
    },
  );

  #span(token: IToken): Ast.Span {
    return { start: this.from + token.startOffset, end: this.from + Token.endOf(token) };
  }

  /** Behind what was read last. */
  #end(): number {
    return this.#span(this.LA(0)).end;
  }

  #from(first: IToken): Ast.Span {
    return this.ACTION(() => ({ start: this.#span(first).start, end: this.#end() }));
  }

  #text(token: IToken): Ast.Expression {
    return this.ACTION(() => this.text(token));
  }

  #prefix(token: IToken): Ast.Prefix {
    return { operator: plainOperator(token.image), at: this.#span(token) };
  }

  #link(token: IToken, operand: Ast.Expression): Link {
    return { operator: plainOperator(token.image), operand, at: this.#span(token) };
  }

  #chain(first: Ast.Expression, rest: readonly Link[]): Ast.Expression {
    if (rest.length === 0) return first;
    return { type: 'chain', first, rest, at: this.ACTION(() => ({ start: first?.at?.start ?? 0, end: this.#end() })) };
  }

  #array(items: readonly Ast.Expression[]): Ast.Expression {
    if (items.length === 1) return items[0];
    return { type: 'array', items, at: this.ACTION(() => ({ start: items[0]?.at?.start ?? 0, end: this.#end() })) };
  }

  #assignment(
    target: Element,
    { operator, value, at }: { operator: string; value: Ast.Statement; at: Ast.Span },
  ): Ast.Assignment {
    const casts = target?.type === 'prefixed' ? target.prefixes : [];
    const cast = casts.length === 1 && 'cast' in casts[0] ? casts[0].cast : undefined;
    const bare = target?.type === 'prefixed' && cast !== undefined ? target.operand : target;
    const place: Ast.Variable | Ast.Access =
      bare?.type === 'variable' || bare?.type === 'access' ? bare : { type: 'variable', name: '', at };
    if (place !== bare)
      this.complaints.push({
        message: 'a value can be kept in a variable, a property or an entry only',
        at: target?.at ?? at,
      });
    const found = ASSIGNMENTS.find(each => each === operator) ?? '=';
    return { type: 'assignment', target: place, ...(cast ? { cast } : {}), operator: found, value, at };
  }
}

type Link = Ast.Chain['rest'][number];

const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/='] as const;
const GROUPS: ReadonlyMap<string, Ast.Grouped['type']> = new Map([
  ['(', 'group'],
  ['$', 'subexpression'],
  ['@', 'list'],
]);
const FLOWS = ['break', 'continue', 'return', 'throw', 'exit'] as const;

function flowWord(image: string): Ast.Flow['word'] {
  return FLOWS.find(each => each === image.toLowerCase()) ?? 'break';
}

/** In lower case, with a hyphen for whatever dash it has. */
function plainOperator(image: string): string {
  return image.toLowerCase().replace(/^[\u2013\u2014\u2015]/, '-');
}

/** `$name`, `${name}`, `$script:name` by their name: there is one scope. */
function nameOf({ image }: IToken): string {
  return variableName(image.slice(1).replace(/^\{(.*)\}$/, '$1'));
}

/** `byte[]` of `[byte[]]`, in lower case and without the name of a namespace. */
function typeNamed({ image }: IToken): string {
  return image
    .slice(1, -1)
    .toLowerCase()
    .replace(/^system\./, '');
}

/** `& "name"` is the name. */
function commandName(image: string): string {
  return image.replace(/^&[ \t]*/, '').replace(/^(["'])(.*)\1$/, '$2');
}
