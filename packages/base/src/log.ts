/** Values that may stand in a log line. Never put message content, audio, PINs or unmasked numbers here. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The log as a port. `event` is a short constant phrase ("call answered"), everything that varies is a field.
 * The server fills it with a real logger; packages only ever see this.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same log with fields that every line carries from here on. */
  with(fields: LogFields): Log;
}

/** One line as `memoryLog` keeps it. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

/** A log that says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };

/** A log that remembers its lines, for tests that assert what an administrator would read. */
export function memoryLog(
  lines: LogLine[] = [],
  carried: LogFields = {},
): Log & { readonly lines: readonly LogLine[] } {
  const at =
    (level: LogLine['level']) =>
    (event: string, fields: LogFields = {}) =>
      void lines.push({ level, event, fields: { ...carried, ...fields } });
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: fields => memoryLog(lines, { ...carried, ...fields }),
  };
}
