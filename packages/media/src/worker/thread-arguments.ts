const FFI = '--experimental-ffi';

/**
 * What a media thread is started with, so that nobody has to start the server in a special way: `node:ffi`, by which it reaches the faster sockets,
 * where this Node knows that word (it needs it no more from 26.10 on), and silence about it being experimental.
 */
export function threadArguments(): string[] {
  const known = process.allowedNodeEnvironmentFlags.has(FFI) && !process.execArgv.includes(`--no-${FFI.slice(2)}`);
  return [...(known ? [FFI] : []), '--disable-warning=ExperimentalWarning'];
}
