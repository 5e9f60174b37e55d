import { nearest } from '@parley/schema';
import { cmdletCommand } from '../cmdlets/cmdlet-command.ts';
import type { Call, Command } from './command.ts';
import { ShellFailure, usage } from './failure.ts';
import type { ScriptCommand } from './host.ts';
import type { Session } from './session.ts';
import type { Value } from './values.ts';

/** Scripts of the originals by which people set things up; what they do here comes as commands of that name. */
const KNOWN_SCRIPTS: ReadonlySet<string> = new Set(['exchucutil.ps1', 'get-ucpool.ps1', 'ocsumutil.exe']);

/** What people type who want to leave, and it is no command. */
const LEAVING: ReadonlySet<string> = new Set(['quit', 'q', 'bye', 'logout', 'close']);

const baseName = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** Finds a command: of the server, of the language, or a script that is a program here. Rejects with a `ShellFailure` that has the nearest names. */
export async function commandNamed(name: string, session: Session): Promise<Command> {
  const cmdlet = session.cmdlet(name);
  if (cmdlet) return cmdletCommand(cmdlet);
  const builtIn = await session.builtIn(name);
  if (builtIn) return builtIn;
  const file = baseName(name).toLowerCase();
  const script = session.host.scripts.find(
    each => each.name.toLowerCase() === file || each.name.toLowerCase() === `${file}.ps1`,
  );
  if (script) return scriptCommand(script);
  if (KNOWN_SCRIPTS.has(file))
    throw new ShellFailure(`${baseName(name)} is not part of this version`, { code: 'UNKNOWN_COMMAND', isUsage: true });
  if (LEAVING.has(name.toLowerCase()))
    throw new ShellFailure('"exit" leaves, and so does Ctrl-D', { code: 'UNKNOWN_COMMAND', isUsage: true });
  const known = [...session.host.cmdlets, ...(await session.language()), ...session.host.scripts].map(
    each => each.name,
  );
  const advice = `${nearest(name, known)} (Get-Command shows them all)`;
  throw new ShellFailure(`there is no command ${JSON.stringify(name.slice(0, 60))}: ${advice}`, {
    code: 'UNKNOWN_COMMAND',
    isUsage: true,
  });
}

/** A script takes whatever parameters are typed: it knows itself which. */
function scriptCommand(script: ScriptCommand): Command {
  return {
    name: script.name,
    takes: [],
    takesAnything: true,
    async *run(call: Call) {
      if (call.input) throw usage(`${script.name} takes nothing from the pipeline`, call.at);
      const parameters = new Map(Array.from(call.given, ([name, { value }]): [string, Value] => [name, value]));
      yield* script.run(parameters, call.session.host);
    },
  };
}
