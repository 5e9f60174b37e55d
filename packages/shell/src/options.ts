import { nearest, type Property } from '@parley/schema';
import { type Input, InvalidLine, type Option, type Verb } from './command.ts';

/** Options of every command. */
export const COMMON_OPTIONS: readonly Option[] = [
  { name: 'data', takes: 'text', help: 'Data folder of the server; ./parley-data when not given.' },
  { name: 'json', takes: 'nothing', help: 'Print JSON for programs instead of a table.' },
  { name: 'help', takes: 'nothing', help: 'Print this help.' },
];

/** `sipResourceIdentifier` as people type it: `sip-resource-identifier`; an abbreviation stays one word. */
export function dashed(name: string): string {
  return name
    .replace('voIP', 'voip')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  $true: true,
  false: false,
  no: false,
  off: false,
  $false: false,
};

/** A value as it was typed, in the type of its property; an empty one clears it. What does not fit goes on as it is: the server knows better. */
function typed(text: string, property: Property): unknown {
  if (text === '' || text === '$null') return null;
  switch (property.type) {
    case 'flag': {
      const word = text.toLowerCase();
      return Object.hasOwn(WORDS, word) ? WORDS[word] : text;
    }
    case 'integer':
      return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : text;
    case 'list':
      return text.split(',').map(entry => entry.trim());
    default:
      return text;
  }
}

function typedValue(option: Option, text: string): unknown {
  if (option.property) return typed(text, option.property);
  if (option.takes !== 'number') return text;
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new InvalidLine(`--${dashed(option.name)} must be a whole number, not ${JSON.stringify(text.slice(0, 40))}`);
}

function find(options: readonly Option[], typedName: string): Option {
  const option = options.find(each => each.name === typedName || dashed(each.name) === typedName);
  if (option) return option;
  const known = options.map(each => `--${dashed(each.name)}`);
  throw new InvalidLine(
    `there is no option ${JSON.stringify(`--${typedName}`.slice(0, 60))}: ${nearest(`--${typedName}`, known)}`,
  );
}

const takesNothing = (option: Option) => option.property === undefined && option.takes === 'nothing';
const mayStandAlone = (option: Option) => takesNothing(option) || option.property?.type === 'flag';

/** Reads the arguments behind the verb. Throws `InvalidLine`. */
export function readOptions(argv: readonly string[], verb: Verb): Input {
  const options = [...verb.options, ...COMMON_OPTIONS];
  const positionals: string[] = [];
  const values = new Map<string, unknown>();
  let onlyPositionals = false;
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index];
    if (onlyPositionals || !argument.startsWith('-') || argument === '-') positionals.push(argument);
    else if (argument === '--') onlyPositionals = true;
    else {
      const cut = argument.indexOf('=');
      const option = find(options, (cut < 0 ? argument : argument.slice(0, cut)).replace(/^--?/, ''));
      const next: string | undefined = argv[index + 1];
      const inline = cut < 0 ? undefined : argument.slice(cut + 1);
      const follows = inline === undefined && next !== undefined && !next.startsWith('--') && !takesNothing(option);
      if (follows) index++;
      store(values, option, inline ?? (follows ? next : undefined));
    }
  }
  return { positionals, values, json: values.get('json') === true };
}

function store(values: Map<string, unknown>, option: Option, text: string | undefined): void {
  if (values.has(option.name)) throw new InvalidLine(`--${dashed(option.name)} is given twice`);
  if (text !== undefined && !takesNothing(option)) values.set(option.name, typedValue(option, text));
  else if (text === undefined && mayStandAlone(option)) values.set(option.name, true);
  else throw new InvalidLine(`--${dashed(option.name)} ${text === undefined ? 'needs a value' : 'takes no value'}`);
}

/** Complains about positionals that are missing or too many. Throws `InvalidLine`. */
export function checkPositionals({ positionals }: Input, verb: Verb): void {
  const needed = verb.positionals.filter(name => !name.endsWith('?'));
  if (positionals.length < needed.length) throw new InvalidLine(`${needed[positionals.length]} is missing`);
  if (positionals.length <= verb.positionals.length) return;
  const surplus = JSON.stringify(positionals[verb.positionals.length].slice(0, 60));
  const remedy =
    verb.positionals.length > 0
      ? 'a text with blanks needs quotes'
      : 'there are options only, which begin with --; --help tells them';
  throw new InvalidLine(`${surplus} is too much: ${remedy}`);
}
