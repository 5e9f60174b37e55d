import { ParleyError } from '@parley/base';

/** Runs `parley` with its arguments, loading only what the command needs; resolves with the exit code: 0 done, 1 failed, 2 asked for something that cannot be. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const wantsHelp = rest.includes('--help') || rest.includes('-h');
  switch (command) {
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      print((await usage()).generalHelp(await (await import('@parley/shell')).commands()));
      return command === undefined ? 2 : 0;
    case 'serve':
      if (wantsHelp) print((await usage()).serveHelp());
      else return (await import('./serve.ts')).serve((await given()).readServeArguments(rest));
      return 0;
    case 'demo':
      if (wantsHelp) print((await usage()).demoHelp());
      else return (await import('./demo/demo.ts')).demo((await given()).readDemoArguments(rest));
      return 0;
    case 'config':
      print(await configurationKeys());
      return 0;
    default:
      return (await import('@parley/shell')).runCommand(argv, {
        stdout: text => process.stdout.write(text),
        stderr: text => process.stderr.write(text),
      });
  }
}

const usage = () => import('./usage.ts');
const given = () => import('./arguments.ts');

async function configurationKeys(): Promise<string> {
  const [{ reference }, { referenceTable }] = await Promise.all([
    import('./config/config.ts'),
    import('./config/reference-table.ts'),
  ]);
  return referenceTable(reference());
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What a person can mend is one line; anything else is a mistake of ours and keeps its stack.
  if (!(error instanceof ParleyError)) throw error;
  process.stderr.write(`parley: ${error.message}\n`);
  process.exitCode = 2;
}
