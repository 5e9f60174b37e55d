import { parseArgs } from 'node:util';
import { messageOf, ParleyError } from '@parley/base';

export interface ServeArguments {
  readonly data: string;
  readonly config: string | undefined;
}

export interface DemoArguments {
  /** End after the message has arrived. */
  readonly once: boolean;
}

const DEFAULT_DATA = './parley-data';

/** Throws `USAGE` for arguments that cannot be understood; the message says what is allowed. */
export function readServeArguments(argv: readonly string[]): ServeArguments {
  const { data, config } = parsed(
    argv,
    { data: { type: 'string', default: DEFAULT_DATA }, config: { type: 'string' } },
    'serve',
  );
  return { data: String(data), config: config === undefined ? undefined : String(config) };
}

/** Throws as `readServeArguments` does. */
export function readDemoArguments(argv: readonly string[]): DemoArguments {
  return { once: parsed(argv, { once: { type: 'boolean', default: false } }, 'demo').once === true };
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function parsed(argv: readonly string[], options: Options, command: string): Readonly<Record<string, unknown>> {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const allowed = Object.keys(options).map(name => `--${name}`);
    throw new ParleyError(
      'USAGE',
      `${command}: ${messageOf(error).split('. ')[0]}. Allowed: ${allowed.join(', ')}. See "parley ${command} --help".`,
      { cause: error },
    );
  }
}
