import { ObjectInvalid } from '@parley/directory';
import { remark } from '@parley/schema';
import { nameKey } from './names.ts';
import { passwordProblem } from './password-rules.ts';

/** A name as it is kept. Throws an `ObjectInvalid`. */
export function checkedName(name: string): string {
  const key = nameKey(name);
  if (key !== undefined) return key;
  const allowed = 'a name is 1 to 128 letters, digits and . _ - @ + \\, and begins with a letter or digit';
  throw new ObjectInvalid([remark('Name', name, allowed)]);
}

/** Throws an `ObjectInvalid` that does not show the password. */
export function checkPassword(password: string, name: string): void {
  const why = passwordProblem(password, name);
  if (why !== undefined) throw new ObjectInvalid([remark('Password', undefined, why)]);
}
