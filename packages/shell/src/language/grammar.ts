import type * as Ast from './ast.ts';
import { commandName, nameOf, plainOperator, typeNamed } from './images.ts';
import type { Problem } from './problem.ts';
import * as Token from './tokens.ts';
import { type Rule, ValueGrammar } from './value-grammar.ts';

/** A pipeline until its first element is known to be a command or not. */
type Element = Ast.Command | Ast.Expression;

/** The grammar: statements, pipelines and commands. Values are made on the way; behind an error what they hold is not looked at. */
export class Grammar extends ValueGrammar {
  /** What is wrong and no matter of grammar. */
  complaints: Problem[] = [];

  constructor() {
    super();
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
      at: this.span(variable),
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
    return { type: 'if', branches, ...(otherwise ? { otherwise } : {}), at: this.since(first) };
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
    return { type: 'foreach', variable: nameOf(variable), over, body: this.SUBRULE(this.body), at: this.since(first) };
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
      at: this.since(first),
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
    const at = this.ACTION(() => ({ start: first?.at?.start ?? 0, end: this.end() }));
    if (value === undefined) return { type: 'pipeline', first, rest, at };
    const kept = value;
    return this.ACTION(() => this.#assignment(first, { operator: plainOperator(operator), value: kept, at }));
  });

  readonly command: Rule<Ast.Command> = this.RULE('command', (): Ast.Command => {
    const elements: Ast.CommandElement[] = [];
    const word = this.CONSUME(Token.Word);
    this.MANY(() => elements.push(this.SUBRULE(this.element)));
    return { type: 'command', name: commandName(word.image), nameAt: this.span(word), elements, at: this.since(word) };
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
            return { type: 'parameter', name: plain, ...(value ? { value } : {}), at: this.span(name) } as const;
          },
        },
        {
          ALT: () => {
            const splat = this.CONSUME(Token.Splat);
            return { type: 'splat', variable: splat.image.slice(1), at: this.span(splat) } as const;
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

const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/='] as const;
const FLOWS = ['break', 'continue', 'return', 'throw', 'exit'] as const;

function flowWord(image: string): Ast.Flow['word'] {
  return FLOWS.find(each => each === image.toLowerCase()) ?? 'break';
}
