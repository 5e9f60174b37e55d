import type { Log, LogFields } from '@parley/base';

/** A log line on its way from another thread or process to the one that writes the log. */
export interface LogMessage {
  readonly channel: 'log';
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

/** A log whose lines are written elsewhere. Errors travel as message and code: what a line needs, and what can be copied. */
export function remoteLog(post: (message: LogMessage) => void, carried: LogFields = {}): Log {
  const at =
    (level: LogMessage['level']) =>
    (event: string, fields: LogFields = {}) =>
      post({ channel: 'log', level, event, fields: portable({ ...carried, ...fields }) });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: fields => remoteLog(post, { ...carried, ...fields }),
  };
}

/** Writes a line that came from elsewhere. */
export function writeRemote(log: Log, message: LogMessage): void {
  log[message.level](message.event, message.fields);
}

export function isLogMessage(message: unknown): message is LogMessage {
  return typeof message === 'object' && message !== null && 'channel' in message && message.channel === 'log';
}

function portable(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? described(value) : value]),
  );
}

function described(error: Error): LogFields {
  return {
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
    stack: error.stack,
  };
}
