import type { Noun } from '../command.ts';
import { callsNoun } from './calls.ts';
import { objectNouns } from './objects.ts';
import { spoolNoun } from './spool.ts';
import { statusNoun } from './status.ts';
import { traceNoun } from './trace.ts';

/** Every word of the command line that is a client of the server and no cmdlet. */
export const nouns: readonly Noun[] = [...objectNouns, callsNoun, traceNoun, spoolNoun, statusNoun];
