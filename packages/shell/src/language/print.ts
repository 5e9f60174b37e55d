import type * as Ast from './ast.ts';

// Writes a script so that it is read as the same again. Everything that can be in brackets is.

const body = (statements: readonly Ast.Statement[]) => `{ ${printStatements(statements)} }`;

/** Statements with `;` between them. */
export function printStatements(statements: readonly Ast.Statement[]): string {
  return statements.map(printStatement).join('; ');
}

function printStatement(statement: Ast.Statement): string {
  switch (statement.type) {
    case 'pipeline':
      return [statement.first, ...statement.rest].map(printElement).join(' | ');
    case 'assignment': {
      const { target, cast, operator, value } = statement;
      return `${cast ? `[${cast}] ` : ''}${printValue(target)} ${operator} ${printStatement(value)}`;
    }
    case 'if': {
      const branches = statement.branches.map(
        ({ condition, body: then }, i) => `${i === 0 ? 'if' : 'elseif'} (${printStatement(condition)}) ${body(then)}`,
      );
      return [...branches, ...(statement.otherwise ? [`else ${body(statement.otherwise)}`] : [])].join(' ');
    }
    case 'foreach':
      return `foreach ($\{${statement.variable}} in ${printStatement(statement.over)}) ${body(statement.body)}`;
    case 'flow':
      return statement.value ? `${statement.word} ${printStatement(statement.value)}` : statement.word;
  }
}

const printElement = (element: Ast.Command | Ast.Expression) =>
  element.type === 'command' ? printCommand(element) : printValue(element);

function printCommand({ name, elements }: Ast.Command): string {
  const written = /^(?:[\p{L}_][\p{L}\p{N}_.-]*|[?%])$/u.test(name) ? name : `& '${name}'`;
  return [written, ...elements.map(printArgument)].join(' ');
}

function printArgument(element: Ast.CommandElement): string {
  if (element.type === 'splat') return `@${element.variable}`;
  if (element.type === 'argument') return inCommand(element.value);
  return element.value ? `-${element.name}:${inCommand(element.value)}` : `-${element.name}`;
}

/** A value among arguments: what has operators stands in parentheses there. */
function inCommand(value: Ast.Expression): string {
  if (value.type === 'array') return value.items.map(inCommand).join(', ');
  if (value.type === 'chain' || value.type === 'prefixed') return `(${printValue(value)})`;
  return value.type === 'number' ? value.written : printValue(value);
}

/** A text in single quotes. */
export const printText = (text: string) => `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

const BRACKETS = { list: '@(', subexpression: '$(', group: '(' } as const;

function printValue(node: Ast.Expression): string {
  switch (node.type) {
    case 'text':
      return printText(node.value);
    case 'number':
      return node.written;
    case 'joined':
      return `"${node.parts.map(printPart).join('')}"`;
    case 'variable':
      return `$\{${node.name}}`;
    case 'array':
      return node.items.map(printValue).join(', ');
    case 'list':
    case 'subexpression':
    case 'group':
      return `${BRACKETS[node.type]}${printStatements(node.statements)})`;
    case 'table':
      return `@{ ${node.entries.map(({ key, value }) => `${printValue(key)} = ${printStatement(value)}`).join('; ')} }`;
    case 'block':
      return body(node.statements);
    case 'chain':
      return [
        printValue(node.first),
        ...node.rest.map(({ operator, operand }) => `${operator} ${printValue(operand)}`),
      ].join(' ');
    case 'prefixed':
      return `${node.prefixes.map(each => ('cast' in each ? `[${each.cast}]` : each.operator)).join(' ')} ${printValue(node.operand)}`;
    case 'access':
      return `${printValue(node.of)}${node.steps.map(printStep).join('')}`;
  }
}

function printStep(step: Ast.Step): string {
  if ('index' in step) return `[${printValue(step.index)}]`;
  const name =
    step.member.type === 'text' && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(step.member.value)
      ? step.member.value
      : printValue(step.member);
  return `.${name}${step.arguments ? `(${step.arguments.map(printValue).join(', ')})` : ''}`;
}

function printPart(part: string | Ast.Expression): string {
  if (typeof part === 'string') return part.replace(/["`$\u201c-\u201e]/g, '`$&');
  if (part.type === 'variable') return `$\{${part.name}}`;
  return part.type === 'subexpression' ? printValue(part) : `$(${printValue(part)})`;
}
