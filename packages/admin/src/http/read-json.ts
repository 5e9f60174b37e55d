import { ParleyError } from '@parley/base';
import { JsonBudget } from './json-budget.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a body that is JSON. Throws `REQUEST_INVALID` of what is none, and of what is too deep, too wide or ambiguous. */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  new JsonBudget(body).check();
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new ParleyError('REQUEST_INVALID', 'the body is not JSON in UTF-8', { cause: error });
  }
}
