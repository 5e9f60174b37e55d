import { InvalidLine } from '../command.ts';

/** What stands on a command line for the program rather than for the cmdlet. */
export interface LineOptions {
  readonly data: string;
  /** A server elsewhere: `https://um1.example.org:8443`. */
  readonly server?: string;
  /** A file with the authorities of its certificate. */
  readonly authorities?: string;
  /** No colours, whatever the terminal can. */
  readonly isPlain: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** The rest. */
  readonly words: readonly string[];
}

const DEFAULT_DATA = './parley-data';

const WITH_VALUE: ReadonlyMap<string, 'data' | 'server' | 'authorities'> = new Map([
  ['--data', 'data'],
  ['--server', 'server'],
  ['--ca', 'authorities'],
]);
const SWITCHES = ['--no-color', '--json', '--help'];

/**
 * Takes `--data DIR`, `--server URL`, `--ca FILE`, `--no-color`, `--json` and `--help` out of a line; cmdlets have no parameters with two
 * hyphens. Throws `InvalidLine`.
 */
export function lineOptions(argv: readonly string[]): LineOptions {
  const words: string[] = [];
  const seen = new Set<string>();
  const values: { data: string; server?: string; authorities?: string } = { data: DEFAULT_DATA };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const [name = '', ...inline] = word.split('=');
    const option = WITH_VALUE.get(name);
    if (option) {
      const given = inline.length > 0 ? inline.join('=') : argv[++i];
      if (!given) throw new InvalidLine(`${name} needs a value`);
      values[option] = given;
    } else if (SWITCHES.includes(word)) seen.add(word);
    else if (/^--[a-z]/.test(word)) throw new InvalidLine(unknown(word));
    else words.push(word);
  }
  return { ...values, isPlain: seen.has('--no-color'), json: seen.has('--json'), help: seen.has('--help'), words };
}

function unknown(word: string): string {
  return `there is no option ${JSON.stringify(word.slice(0, 60))}: there are ${[...WITH_VALUE.keys(), ...SWITCHES].join(', ')}`;
}
