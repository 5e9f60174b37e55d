import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailboxFolder, uniqueName } from './names.ts';

test('an address becomes a folder by domain and name', () => {
  assert.equal(mailboxFolder('Ann@Parley.test'), 'parley.test/ann');
  assert.equal(mailboxFolder('+15550100@x'), 'x/+15550100');
});

test('no address leaves the root or meets a Maildir++ sub-folder', () => {
  for (const evil of ['../../etc/passwd', '..', '.hidden@..', 'a/b@c\\d', 'x\0y@z', '@', '']) {
    const folder = mailboxFolder(evil);
    assert.equal(folder.split('/').length, 2, folder);
    assert.ok(!/(^|\/)\.|\\|\0|\/\//.test(folder), folder);
    assert.ok(folder.split('/').every(piece => piece.length > 0));
  }
  assert.notEqual(mailboxFolder('a%2F@x'), mailboxFolder('a/@x'));
});

test('a name is made of the Message-ID alone', () => {
  assert.equal(uniqueName('01KAEX@parley.test'), uniqueName('01KAEX@parley.test'));
  assert.notEqual(uniqueName('01KAEX@parley.test'), uniqueName('01KAEX@other.test'));
  assert.ok(!/[:/]/.test(uniqueName('a/b:2,S@x')));
});
