import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(import.meta.resolve('./listings.ts'));

test('the measurement of lists runs, and each question is answered with what it asks for', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--sizes', '300', '--runs', '1']);
  const shown = stdout.split('\n').flatMap(line => /^ {2}(.*?) {2,}.* (\d+) shown/.exec(line)?.slice(1, 3) ?? []);
  const expected: readonly (readonly [string, number])[] = [
    ['the first page, by name', 100],
    ['-SortBy DisplayName', 100],
    ['-Filter DisplayName -eq "Person 0000150"', 1],
    ['-Filter UMMailboxPolicy (1 in 10)', 30],
    ['-OrganizationalUnit (1 in 100)', 3],
    ['scan: MissedCallNotificationEnabled (1 in 1000)', 1],
    ['scan: -SortBy MailAddress', 100],
  ];
  for (const [title, count] of expected) assert.equal(shown[shown.indexOf(title) + 1], String(count), title);
});
