import { codeOf, messageOf, ParleyError } from '@parley/base';

/** What an administrator can mend becomes one line that names the key to change; the rest stays as it is. */
export function startFailure(error: unknown): unknown {
  const code = codeOf(error);
  // The sip package says what is wrong but knows no configuration.
  if (error instanceof ParleyError && (code === 'SIP_PORT_IN_USE' || code === 'SIP_CANNOT_LISTEN'))
    return new ParleyError(code, `${error.message} The key is sip.listen in the configuration file.`, { cause: error });
  if (error instanceof ParleyError) return error;
  if (isOfSystem(code)) return new ParleyError('START_FAILED', `cannot start: ${messageOf(error)}`);
  return error;
}

/**
 * Does something with what a key of the configuration names.
 * @throws ParleyError CONFIG_INVALID, with the key, for what the system says against it; every other error as it is.
 */
export async function naming<T>(setting: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ParleyError || !isOfSystem(codeOf(error))) throw error;
    throw new ParleyError('CONFIG_INVALID', `${setting} cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

/** ENOENT, EACCES, EADDRINUSE ... */
const isOfSystem = (code: string | undefined): boolean => code !== undefined && /^E[A-Z]+$/.test(code);
