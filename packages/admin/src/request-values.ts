import { ParleyError } from '@parley/base';

/** Parameters of a URL, and headers, as Fastify hands them out. */
export type Values = Readonly<Record<string, unknown>>;

/** A record of whatever came; anything else has no values. */
export function valuesOf(input: unknown): Values {
  if (typeof input !== 'object' || input === null) return {};
  return Object.fromEntries(Object.entries(input));
}

/** A text parameter; undefined when it is not given. Throws `REQUEST_INVALID` when it is given twice or is too long. */
export function textOf(values: Values, name: string, longest = 512): string | undefined {
  const value = values[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= longest) return value;
  throw new ParleyError('REQUEST_INVALID', `${name} must be one text of at most ${longest} characters`);
}

/** A text that has to be there. */
export function neededText(values: Values, name: string, longest?: number): string {
  const value = textOf(values, name, longest);
  if (value === undefined) throw new ParleyError('REQUEST_INVALID', `${name} is missing`);
  return value;
}

/** A whole number from 0 to 2^53; undefined when it is not given. Throws `REQUEST_INVALID`. */
export function countOf(values: Values, name: string): number | undefined {
  const text = textOf(values, name, 16);
  if (text === undefined) return undefined;
  if (/^[0-9]{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new ParleyError('REQUEST_INVALID', `${name} must be a whole number`);
}

/** `true` or `false`; undefined when it is not given. Throws `REQUEST_INVALID`. */
export function flagOf(values: Values, name: string): boolean | undefined {
  const text = textOf(values, name, 16);
  if (text === undefined || text === 'true') return text === undefined ? undefined : true;
  if (text === 'false') return false;
  throw new ParleyError('REQUEST_INVALID', `${name} must be true or false`);
}
