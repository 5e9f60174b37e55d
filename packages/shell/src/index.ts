export type { Terminal } from './cli/terminal.ts';
export type { ScriptCommand } from './run/host.ts';
export { type CommandIo, commands, runCommand } from './run-command.ts';
