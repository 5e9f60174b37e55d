import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { CallRecord } from '@parley/directory';
import { memoryCallRecords, memoryObjects } from '@parley/directory/memory';
import { cmdletNamed } from '@parley/schema';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { localPrincipal, type Principal } from '../access/principal.ts';
import { createRun } from '../run/run.ts';
import { callActions } from './call-actions.ts';
import { callsAsCsv, harmless } from './shown-call.ts';
import { percentages, summaryOf } from './summary.ts';

const call = (callStartTime: number, more: Partial<CallRecord> = {}): CallRecord => ({
  callStartTime,
  callType: 'Call Answering Voice Message',
  callIdentity: `c${callStartTime}`,
  umServerName: 'um1',
  callDurationMillis: 12_345,
  offerResult: 'Answer',
  reasonForCall: 'Direct',
  ...more,
});

const DAY = 86_400_000;

test('shares are whole and add up to a hundred', () => {
  assert.deepEqual(percentages([1, 1, 1]), [34, 33, 33]);
  assert.deepEqual(percentages([0, 0]), [0, 0]);
  const property = fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }), counts => {
    const sum = percentages(counts).reduce((all, each) => all + each, 0);
    assert.equal(sum, counts.some(each => each > 0) ? 100 : 0);
  });
  fc.assert(property, { seed: 2, numRuns: 500 });
});

test('calls are counted by day, by month and together', () => {
  const calls = [
    call(Date.UTC(2026, 0, 31, 23, 59), { nmos: 4, jitter: 2 }),
    call(Date.UTC(2026, 1, 1), { callType: 'Unauthenticated Pilot Number', offerResult: 'Rejected' }),
    call(Date.UTC(2026, 1, 1, 5), { callType: 'Subscriber Access', nmos: 3, jitter: 4 }),
  ];
  const days = summaryOf(calls, 'Day');
  assert.deepEqual(
    days.map(({ Date: day, TotalCalls }) => [day, TotalCalls]),
    [
      ['2026-02-01', 2],
      ['2026-01-31', 1],
    ],
  );
  const [newest] = days;
  assert.deepEqual([newest?.Other, newest?.OutlookVoiceAccess, newest?.FailedOrRejected], [50, 50, 50]);
  assert.deepEqual(
    summaryOf(calls, 'Month').map(each => each.Date),
    ['2026-02', '2026-01'],
  );
  const [total] = summaryOf(calls, 'Total');
  assert.deepEqual([total?.NMOS, total?.Jitter, total?.NumberOfSamples, total?.AudioQuality], [3.5, 3, 2, 'Good']);
  assert.equal(summaryOf([], 'Total')[0]?.TotalCalls, 0);
});

test('no cell of an export is a formula', () => {
  for (const evil of ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '\uff1d1+1', '\r=x'])
    assert.ok(harmless(evil).startsWith("'"), evil);
  for (const fine of ['+14255550100', '-5', '-1.5', 'Ann', '']) assert.equal(harmless(fine), fine);
  const csv = callsAsCsv([call(0, { callerPhoneNumber: '=HYPERLINK("http://x")', calledPhoneNumber: '+1,"2"\r\n' })]);
  assert.ok(csv.startsWith('\ufeffCallStartTime,'));
  const [head = [], line = []]: string[][] = parse(csv, { bom: true });
  const cell = (name: string) => line[head.indexOf(name)];
  assert.equal(cell('CallerPhoneNumber'), '\'=HYPERLINK("http://x")');
  assert.equal(cell('CalledPhoneNumber'), '\'+1,"2"\r\n');
});

async function house() {
  const clock = new FakeClock();
  const objects = memoryObjects({ clock });
  const records = memoryCallRecords();
  const now = clock.wall();
  const system = { who: 'test' };
  const ids: string[] = [];
  for (const name of ['Contoso', 'Fabrikam']) {
    const organization = await objects.create(
      'Organization',
      { name, systemMailAddress: `um@${name.toLowerCase()}.com` },
      system,
    );
    ids.push(organization.object.id);
    const inside = { who: 'test', organization: organization.object.id };
    for (const plan of [`${name} Plan`, 'Shared'])
      await objects.create('UMDialPlan', { name: plan, numberOfDigitsInExtension: 4 }, inside);
  }
  const run = createRun({ objects, actions: callActions({ records, clock }), log: silentLog });
  const as = (organization?: string) => async (name: string, parameters: Record<string, unknown>) => {
    const cmdlet = cmdletNamed(name);
    assert.ok(cmdlet);
    const who: Principal = { ...localPrincipal, ...(organization === undefined ? {} : { organization }), how: 'token' };
    return run(cmdlet, { parameters }, who);
  };
  const [contoso, fabrikam] = ids;
  const dialPlanName = 'Shared';
  for (const more of [{ organization: contoso }, { organization: fabrikam }, {}])
    records.add(call(now - DAY, { dialPlanName, ...more }));
  return { as, ids, now };
}

test('nobody sees calls of another organisation, nor those that are nobody’s', async () => {
  const { as, ids } = await house();
  const total = async (organization?: string) =>
    (await as(organization)('Get-UMCallSummaryReport', { GroupBy: 'Total' })).rows?.[0]?.properties.TotalCalls;
  assert.equal(await total(), 3);
  assert.equal(await total(ids[0]), 1);
  assert.equal(await total(ids[1]), 1);
  await assert.rejects(as(ids[0])('Get-UMCallSummaryReport', { GroupBy: 'Total', UMDialPlan: 'Fabrikam Plan' }), {
    code: 'OBJECT_NOT_FOUND',
  });
});

test('a day is exported, and an odd day is refused', async () => {
  const { as, now } = await house();
  const day = new Date(now - DAY).toISOString().slice(0, 10);
  const { file } = await as()('Export-UMCallDataRecord', { Date: day });
  assert.equal(
    Buffer.from(file?.content ?? [])
      .toString()
      .trim()
      .split('\r\n').length,
    4,
  );
  assert.equal(file?.name, `calls-${day}.csv`);
  const empty = await as()('Export-UMCallDataRecord', { Date: '2/28/2001' });
  assert.equal(
    Buffer.from(empty.file?.content ?? [])
      .toString()
      .trim()
      .split('\r\n').length,
    1,
  );
  for (const odd of ['2026-02-31', '31.1.2026', 'today'])
    await assert.rejects(as()('Export-UMCallDataRecord', { Date: odd }), { code: 'OBJECT_INVALID' });
});
