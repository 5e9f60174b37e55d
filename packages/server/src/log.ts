import type { Log, LogFields } from '@parley/base';
import { masked } from '@parley/base';
import { destination, type Level, type Logger, pino } from 'pino';

/** Field names that hold telephone numbers or SIP users, starred out unless the administrator wants them whole. */
const NUMBERS = new Set(['caller', 'called', 'dialled', 'number', 'user', 'extension']);

/** Field names that hold whole addresses, "sip:5550123@192.0.2.1". */
const ADDRESSES = new Set(['to']);

/** Longest that a line waits to be written. */
const FLUSH_MILLIS = 100;

/** The log, and the two things about it that SIGHUP may change. */
export interface ServerLog extends Log {
  adjust(options: { readonly level: Level; readonly maskNumbers: boolean }): void;
  /** Writes out what is still buffered: before the process ends. */
  flush(): void;
}

/** One JSON line an event on standard output, written in the background. Errors keep their message, code and cause, never a caller's text. */
export function createLog(options: {
  readonly level: Level;
  readonly maskNumbers: boolean;
  readonly fd?: number;
}): ServerLog {
  // Lines are written a handful at a time: a write for each costs more than the line, and calls come in bursts.
  const stream = destination({ fd: options.fd ?? 1, sync: false, minLength: 8192, periodicFlush: FLUSH_MILLIS });
  const logger = pino(
    {
      level: options.level,
      base: undefined,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: label => ({ level: label }) },
    },
    stream,
  );
  const masking = { on: options.maskNumbers };
  return {
    ...logOver(logger, masking),
    adjust({ level, maskNumbers }) {
      logger.level = level;
      masking.on = maskNumbers;
    },
    flush: () => stream.flushSync(),
  };
}

function logOver(logger: Logger, masking: { readonly on: boolean }, carried: LogFields = {}): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (event: string, fields?: LogFields) => {
    if (logger.isLevelEnabled(level)) logger[level](readable({ ...carried, ...fields }, masking.on), event);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: fields => logOver(logger, masking, { ...carried, ...fields }),
  };
}

function readable(fields: LogFields, mask: boolean): LogFields {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Error) shown[name] = errorFields(value, 0);
    else if (mask && NUMBERS.has(name) && typeof value === 'string') shown[name] = masked(value);
    else if (mask && ADDRESSES.has(name) && typeof value === 'string') shown[name] = withoutUser(value);
    else if (mask && Array.isArray(value))
      shown[name] = value.map(line => (typeof line === 'string' ? withoutNumbers(line) : line));
    else shown[name] = value;
  }
  return shown;
}

function errorFields(error: Error, depth: number): LogFields {
  const cause = error.cause instanceof Error && depth < 3 ? { cause: errorFields(error.cause, depth + 1) } : {};
  const code = 'code' in error ? { code: error.code } : {};
  return {
    message: error.message,
    ...code,
    ...(depth === 0 && error.name === 'Bug' ? { stack: error.stack } : {}),
    ...cause,
  };
}

/** A line for people, with the numbers in it starred out. */
function withoutNumbers(line: string): string {
  return line.replace(/\+?\d{4,}/g, number => masked(number));
}

/** An address, with the numbers in it starred out as far as they are a user and no host or port. */
function withoutUser(address: string): string {
  const at = address.lastIndexOf('@');
  if (at >= 0) return withoutNumbers(address.slice(0, at)) + address.slice(at);
  return address.startsWith('tel:') ? withoutNumbers(address) : address;
}
