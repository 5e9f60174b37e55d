import { ParleyError } from '@parley/base';
import { commands, runCommand } from '@parley/shell';
import { InvalidUsage, readDemoArguments, readServeArguments } from './arguments.ts';
import { reference } from './config/config.ts';
import { referenceTable } from './config/reference-table.ts';
import { demo } from './demo/demo.ts';
import { serve } from './serve.ts';
import { demoHelp, generalHelp, serveHelp } from './usage.ts';

/** Runs `parley` with its arguments; resolves with the exit code: 0 done, 1 failed, 2 asked for something that cannot be. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const wantsHelp = rest.includes('--help') || rest.includes('-h');
  switch (command) {
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      print(generalHelp(commands));
      return command === undefined ? 2 : 0;
    case 'serve':
      if (wantsHelp) print(serveHelp());
      else return serve(readServeArguments(rest));
      return 0;
    case 'demo':
      if (wantsHelp) print(demoHelp());
      else return demo(readDemoArguments(rest));
      return 0;
    case 'config':
      print(referenceTable(reference()));
      return 0;
    default:
      return runCommand(argv, {
        stdout: text => process.stdout.write(text),
        stderr: text => process.stderr.write(text),
      });
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What a person can mend is one line; anything else is a mistake of ours and keeps its stack.
  if (!(error instanceof ParleyError || error instanceof InvalidUsage)) throw error;
  process.stderr.write(`parley: ${error.message}\n`);
  process.exitCode = 2;
}
