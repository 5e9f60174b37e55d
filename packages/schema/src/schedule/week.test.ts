import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWithin, lengthOf, MINUTES_A_WEEK, parseWeekInterval, tooClose } from './week.ts';

const read = (text: string) => parseWeekInterval(text) ?? assert.fail(text);

test('days by name, abbreviation and number, hours by 24 and by twice 12', () => {
  for (const text of [
    'Mon.09:00-Mon.17:00',
    'Monday.9:00 AM-monday.5:00 PM',
    '1.9:00-1.17:00',
    'Mon.9:00AM-Mon.5:00PM',
    'Mond.09:14-Mon.17:09',
  ])
    assert.deepEqual(read(text), { start: 1440 + 540, end: 1440 + 1020 }, text);
  assert.deepEqual(read('Sun.12:00 AM-Sun.12:30 PM'), { start: 0, end: 750 });
});

test('minutes are rounded down to the quarter of an hour, and what is no time then is refused', () => {
  assert.deepEqual(read('0.00:44-0.01:01'), { start: 30, end: 60 });
  assert.equal(parseWeekInterval('Mon.09:00-Mon.09:14'), undefined);
  assert.equal(lengthOf(read('Sun.00:00-Sun.00:00')), MINUTES_A_WEEK);
  assert.equal(lengthOf(read('Sat.23:00-Sun.01:00')), 120, 'over the end of the week');
});

test('what is no interval is none', () => {
  for (const text of ['', 'Mon', 'Mon.9-Mon.10', 'Mon.24:00-Tue.01:00', 'Mo.09:00-Mo.10:00', '7.09:00-7.10:00'])
    assert.equal(parseWeekInterval(text), undefined, text);
  for (const text of ['Mon.09:60-Mon.10:00', 'Mon.13:00 PM-Mon.14:00', 'Mon.9:00-Mon.10:00-Mon.11:00', 'x'.repeat(1e6)])
    assert.equal(parseWeekInterval(text), undefined, text.slice(0, 40));
});

test('intervals keep a quarter of an hour between them, over the end of the week too', () => {
  const close = (...texts: string[]) => tooClose(texts.map(read)) !== undefined;
  assert.equal(close('Mon.09:00-Mon.12:00', 'Mon.12:15-Mon.17:00'), false);
  assert.equal(close('Mon.09:00-Mon.12:00', 'Mon.12:00-Mon.17:00'), true);
  assert.equal(close('Mon.09:00-Mon.12:00', 'Mon.11:00-Mon.17:00'), true);
  assert.equal(close('Mon.09:00-Mon.12:00', 'Mon.09:00-Mon.12:00'), true);
  assert.equal(close('Sat.20:00-Sun.00:00', 'Sun.00:00-Sun.04:00'), true);
  assert.equal(close('Sat.20:00-Sat.23:45', 'Sun.00:00-Sun.04:00'), false);
  assert.equal(close('Sun.00:00-Sun.00:00', 'Mon.09:00-Mon.10:00'), true);
  assert.equal(close('Sun.00:00-Sun.00:00'), false);
});

test('being within agrees with walking through the week (fixed seed)', () => {
  const quarter = fc.integer({ min: 0, max: 671 }).map(each => each * 15);
  fc.assert(
    fc.property(quarter, quarter, quarter, (start, end, minute) => {
      let at = start;
      let found = false;
      do {
        if (at === minute) found = true;
        at = (at + 15) % MINUTES_A_WEEK;
      } while (at !== end);
      assert.equal(isWithin({ start, end }, minute), found);
    }),
    { seed: 11, numRuns: 300 },
  );
});
