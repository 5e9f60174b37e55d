/** One thing that is wrong with an object, for people and for forms. */
export interface Problem {
  readonly property: string;
  /** The value as it was given, shortened; undefined when it is missing. */
  readonly value: unknown;
  /** What is allowed instead. */
  readonly allowed: string;
  /** The whole sentence: property, value and what is allowed. */
  readonly message: string;
}

const LONGEST_SHOWN = 80;

/** A value as it is shown in a message: JSON, cut, so that nothing in it can act on a terminal. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  const cut = json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}…` : json;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A problem with its sentence. `allowed` is read after "must be". */
export function problem(property: string, value: unknown, allowed: string): Problem {
  const message =
    value === undefined
      ? `${property} is missing: it must be ${allowed}`
      : `${property} is ${shown(value)}: it must be ${allowed}`;
  return { property, value: short(value), allowed, message };
}

/** A problem that is told in its own sentence. */
export function remark(property: string, value: unknown, message: string): Problem {
  return { property, value: short(value), allowed: message, message };
}

function short(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' ? value.slice(0, LONGEST_SHOWN) : shown(value);
}
