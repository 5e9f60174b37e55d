import assert from 'node:assert/strict';
import { memoryLog, ParleyError } from '@parley/base';
import { type CallerStep, FakeCall, type FakeCallOptions } from '@parley/call/fake';
import { type Directory, firstStartObjects } from '@parley/directory';
import { memoryDirectory } from '@parley/directory/memory';
import type { NewOfKind } from '@parley/schema';
import type { CallRecord } from '../../src/index.ts';
import { answerCall } from '../../src/index.ts';
import { FakeDrafts, type SpoolFailure } from './fake-drafts.ts';

export interface SceneOptions extends Omit<FakeCallOptions, 'script' | 'transcript' | 'onRecorded'> {
  readonly mailbox?: Partial<NewOfKind<'UMMailbox'>>;
  readonly policy?: Partial<NewOfKind<'UMMailboxPolicy'>>;
  readonly dialPlan?: Partial<NewOfKind<'UMDialPlan'>>;
  readonly spoolFails?: readonly SpoolFailure[];
  /** No mailbox can be asked for. */
  readonly directoryAway?: boolean;
}

export interface Played {
  readonly transcript: readonly string[];
  readonly record: CallRecord;
  readonly drafts: FakeDrafts;
  readonly log: ReturnType<typeof memoryLog>;
  readonly call: FakeCall;
}

/** The objects of a fresh installation, Ann's and what rules it changed as a test wants. */
export function house(options: SceneOptions = {}) {
  return memoryDirectory(
    firstStartObjects().map(entry => {
      const change = changeOf(entry.kind, entry.object.id, options);
      return change ? ({ ...entry, object: { ...entry.object, ...change } } as typeof entry) : entry;
    }),
  );
}

function withoutMailboxes(directory: Directory): Directory {
  const away = async () => {
    throw new ParleyError('DIRECTORY_UNAVAILABLE', 'the database does not answer');
  };
  return {
    gatewayFor: source => directory.gatewayFor(source),
    huntGroupFor: (...asked) => directory.huntGroupFor(...asked),
    dialPlan: id => directory.dialPlan(id),
    dialPlanByPhoneContext: (...asked) => directory.dialPlanByPhoneContext(...asked),
    mailboxByExtension: away,
    mailboxByAddress: away,
    mailboxById: away,
  };
}

function changeOf(kind: string, id: string, { mailbox, policy, dialPlan }: SceneOptions) {
  if (kind === 'UMMailbox' && id === 'ann') return mailbox;
  if (kind === 'UMMailboxPolicy') return policy;
  return kind === 'UMDialPlan' ? dialPlan : undefined;
}

/** Plays a whole call to Ann (1001) against the script of its caller, and sees that the script was used up. */
export async function play(script: readonly (readonly CallerStep[])[], options: SceneOptions = {}): Promise<Played> {
  const transcript: string[] = [];
  const drafts = new FakeDrafts(transcript, options.spoolFails);
  const call = new FakeCall({
    ...options,
    script,
    transcript,
    onRecorded: (into, take) => drafts.recorded(into, take),
  });
  const directory = options.directoryAway ? withoutMailboxes(house(options)) : house(options);
  const log = memoryLog();
  const gateway = directory.gatewayFor({ address: '127.0.0.1' });
  assert.ok(gateway);
  const ports = { directory, drafts, clock: call.clock, log, messageIdDomain: 'parley.test' };
  const record = await answerCall(call, gateway, ports);
  assert.deepEqual(call.rest, [], `not all of the script was played:\n${transcript.join('\n')}`);
  assert.equal(call.clock.timers, 0, 'a timer outlived the call');
  return { transcript, record, drafts, log, call };
}
