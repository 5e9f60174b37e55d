import { codeOf, messageOf, ParleyError } from '@parley/base';

/** What an administrator can mend becomes one line that names the key to change; the rest stays as it is. */
export function startFailure(error: unknown): unknown {
  const code = codeOf(error);
  // The sip package says what is wrong but knows no configuration.
  if (error instanceof ParleyError && (code === 'SIP_PORT_IN_USE' || code === 'SIP_CANNOT_LISTEN'))
    return new ParleyError(code, `${error.message} The key is sip.listen in the configuration file.`, { cause: error });
  if (error instanceof ParleyError) return error;
  if (code !== undefined && /^E[A-Z]+$/.test(code))
    return new ParleyError('START_FAILED', `cannot start: ${messageOf(error)}`);
  return error;
}
