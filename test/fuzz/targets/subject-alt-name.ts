import assert from 'node:assert/strict';
import { altNamesOf } from '../../../packages/sip/src/transport/subject-alt-name.ts';
import { type FuzzTarget, text } from '../target.ts';

const isPlain = (value: string): boolean => /^[^",\\]*$/.test(value) && !/[^\x20-\x7e]/.test(value);

/** Node prints a value bare only when nothing in it could be taken for the next one. */
const print = (names: ReturnType<typeof altNamesOf>): string =>
  (names ?? []).map(({ kind, value }) => `${kind}:${isPlain(value) ? value : JSON.stringify(value)}`).join(', ');

/** Names of certificates as Node prints them: what is read, printed again, gives the same names and no more. */
export const subjectAltName: FuzzTarget = {
  name: 'subject-alt-name',
  seeds: text(
    'DNS:a.example, URI:sip:b.example, IP Address:192.0.2.1, email:a@b',
    'DNS:"a.example, DNS:b.example", othername:<unsupported>',
    'URI:"sip:a\\u0000.example"',
  ),
  dictionary: ['DNS:', 'URI:sip:', 'IP Address:', ', ', '"', '\\"', '\\u0000', '\\'],
  longest: 1024,
  declared: () => false,
  run(bytes) {
    const names = altNamesOf(Buffer.from(bytes).toString('latin1'));
    if (names === undefined || names.some(({ kind }) => kind.includes('"'))) return;
    assert.deepEqual(altNamesOf(print(names)), names);
  },
};
