// Started as a program by the tests of clients, which may not import the server's side: an admin in the folder that its
// command line names, with one call that a hostile caller has made.
import { startAdmin } from './running-admin.ts';

const { callRecords } = await startAdmin(process.argv[2]);
callRecords.add({
  callStartTime: Date.UTC(2026, 0, 5, 9),
  callType: 'Call Answering Voice Message',
  callIdentity: 'c-1@192.0.2.1',
  umServerName: 'um1',
  callDurationMillis: 12_345,
  calledPhoneNumber: '1001',
  callerPhoneNumber: '\u001b]0;owned\u0007+33\u009b2J\u202e1',
  calleeMailboxAlias: 'ann',
  offerResult: 'Answer',
  reasonForCall: 'DivertNoAnswer',
});
console.log('ready');
process.stdin.resume().once('end', () => process.exit(0));
