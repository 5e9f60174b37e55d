/** The part of JSON Schema (2020-12) that our document uses, written from its specification for the tests only. */

type Schema = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a JSON pointer within the document leads to (RFC 6901); undefined when it leads nowhere. */
export function resolve(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** Where a value does not fit a schema; nothing when it does. */
export function misfits(root: unknown, schema: unknown, value: unknown, path = ''): string[] {
  if (!isObject(schema)) return [`${path}: no schema`];
  const all: string[] = [];
  const check = (fits: boolean, why: string) => void (fits || all.push(`${path}: ${why}`));
  for (const [word, rule] of Object.entries(schema)) {
    switch (word) {
      case '$ref':
        all.push(...misfits(root, resolve(root, String(rule)), value, path));
        break;
      case 'type':
        check(isType(value, String(rule)), `no ${rule}`);
        break;
      case 'const':
        check(value === rule, `not ${rule}`);
        break;
      case 'enum':
        check(Array.isArray(rule) && rule.includes(value), `not one of ${rule}`);
        break;
      case 'minimum':
        check(typeof value !== 'number' || value >= Number(rule), `below ${rule}`);
        break;
      case 'maximum':
        check(typeof value !== 'number' || value <= Number(rule), `above ${rule}`);
        break;
      case 'minLength':
        check(typeof value !== 'string' || [...value].length >= Number(rule), `shorter than ${rule}`);
        break;
      case 'maxLength':
        check(typeof value !== 'string' || [...value].length <= Number(rule), `longer than ${rule}`);
        break;
      case 'minItems':
        check(!Array.isArray(value) || value.length >= Number(rule), `fewer than ${rule}`);
        break;
      case 'maxItems':
        check(!Array.isArray(value) || value.length <= Number(rule), `more than ${rule}`);
        break;
      case 'uniqueItems':
        check(
          !Array.isArray(value) || new Set(value.map(each => JSON.stringify(each))).size === value.length,
          'repeated',
        );
        break;
      case 'minProperties':
        check(!isObject(value) || Object.keys(value).length >= Number(rule), `fewer than ${rule}`);
        break;
      case 'required':
        if (Array.isArray(rule) && isObject(value))
          for (const name of rule) check(Object.hasOwn(value, String(name)), `${name} is missing`);
        break;
      case 'items':
        if (Array.isArray(value)) all.push(...value.flatMap((each, i) => misfits(root, rule, each, `${path}/${i}`)));
        break;
      case 'properties':
        if (isObject(value) && isObject(rule))
          for (const [name, each] of Object.entries(value))
            if (Object.hasOwn(rule, name)) all.push(...misfits(root, rule[name], each, `${path}/${name}`));
        break;
      case 'additionalProperties':
        if (isObject(value))
          for (const name of Object.keys(value).filter(
            each => !isObject(schema.properties) || !Object.hasOwn(schema.properties, each),
          ))
            if (rule === false) check(false, `${name} is unknown`);
            else all.push(...misfits(root, rule, value[name], `${path}/${name}`));
        break;
      case 'anyOf':
      case 'oneOf': {
        const fitting = (Array.isArray(rule) ? rule : []).filter(
          each => misfits(root, each, value).length === 0,
        ).length;
        check(word === 'anyOf' ? fitting > 0 : fitting === 1, `fits ${fitting} of ${word}`);
        break;
      }
      case 'description':
      case 'default':
      case 'examples':
      case 'readOnly':
        break;
      default:
        check(false, `the schema has a word that is not understood: ${word}`);
    }
  }
  return all;
}

function isType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'object':
      return isObject(value);
    default:
      return typeof value === type;
  }
}
