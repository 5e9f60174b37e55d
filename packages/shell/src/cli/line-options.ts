import { InvalidLine } from '../command.ts';

/** What stands on a command line for the program rather than for the cmdlet. */
export interface LineOptions {
  readonly data: string;
  /** No colours, whatever the terminal can. */
  readonly isPlain: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** The rest. */
  readonly words: readonly string[];
}

const DEFAULT_DATA = './parley-data';

/** Takes `--data DIR`, `--no-color`, `--json` and `--help` out of a line; cmdlets have no parameters with two hyphens. Throws `InvalidLine`. */
export function lineOptions(argv: readonly string[]): LineOptions {
  const words: string[] = [];
  const seen = new Set<string>();
  let data = DEFAULT_DATA;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const [name = '', ...inline] = word.split('=');
    if (name === '--data') {
      const given = inline.length > 0 ? inline.join('=') : argv[++i];
      if (!given) throw new InvalidLine('--data needs a folder');
      data = given;
    } else if (['--no-color', '--json', '--help'].includes(word)) seen.add(word);
    else if (/^--[a-z]/.test(word))
      throw new InvalidLine(
        `there is no option ${JSON.stringify(word.slice(0, 60))}: there are --data, --json, --no-color, --help`,
      );
    else words.push(word);
  }
  return { data, isPlain: seen.has('--no-color'), json: seen.has('--json'), help: seen.has('--help'), words };
}
