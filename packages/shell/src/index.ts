export type { Terminal } from './cli/terminal.ts';
export type { Consent, Files, Host, ScriptCommand } from './run/host.ts';
export type { Value } from './run/values.ts';
export { type CommandIo, commands, runCommand } from './run-command.ts';
export { createShell, type ExecuteOptions, type ExitCode, type Shell } from './shell.ts';
