import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectInvalid } from '@parley/directory';
import { defineObject, type Filter, text } from '@parley/schema';
import { readLdapFilter } from './ldap-filter.ts';

const thing = defineObject({
  kind: 'Thing',
  path: 'things',
  word: 'thing',
  summary: 'A thing.',
  properties: {
    displayName: text({ help: 'Name.' }),
    department: text({ help: 'Department.' }),
    office: text({ help: 'Office.' }),
  },
});

const sales: Filter = { op: 'eq', property: 'department', value: 'Sales' };

test('filters of directories', () => {
  const table: [string, Filter][] = [
    ['(department=Sales)', sales],
    ['Department=Sales', sales],
    ['(cn=A*)', { op: 'like', property: 'displayName', value: 'A*' }],
    ['(physicalDeliveryOfficeName=*)', { op: 'ne', property: 'office', value: null }],
    ['(office>=a\\29b)', { op: 'ge', property: 'office', value: 'a)b' }],
    [
      '(&(department=Sales)(!(|(office=x)(office<=y))))',
      {
        op: 'and',
        of: [
          sales,
          {
            op: 'not',
            of: {
              op: 'or',
              of: [
                { op: 'eq', property: 'office', value: 'x' },
                { op: 'le', property: 'office', value: 'y' },
              ],
            },
          },
        ],
      },
    ],
  ];
  for (const [written, filter] of table) assert.deepEqual(readLdapFilter(written, thing), filter, written);
});

test('what is wrong is said with its column', () => {
  for (const [written, says] of [
    ['(department=Sales', /column 18: expected \)/],
    ['(department)', /column 2: expected an attribute/],
    ['(colour=red)', /column 2: Thing has no attribute "colour"/],
    ['(__proto__=x)', /no attribute/],
    ['(department=a\\2ab)', /a star as itself/],
    ['(department=a\\zz)', /two hexadecimal digits/],
    ['(department=a)(department=b)', /column 15: nothing may follow/],
    ['(!'.repeat(100), /at most 16 parentheses/],
    ['('.repeat(3000), /at most 2048/],
  ] as const)
    assert.throws(
      () => readLdapFilter(written, thing),
      (error: unknown) => error instanceof ObjectInvalid && says.test(error.message),
      written.slice(0, 40),
    );
});
