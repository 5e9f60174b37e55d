export { type CommandIo, commands, runCommand } from './run-command.ts';
