import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OfferAnswer, type Turn } from './offer-answer.ts';

const body = (text: string) => ({ type: 'application/sdp', content: Buffer.from(text) });

const localOf = (turns: OfferAnswer): string | undefined => turns.local && Buffer.from(turns.local.content).toString();

interface Row {
  readonly state: string;
  readonly set: (turns: OfferAnswer) => void;
  /** What the other side's INVITE, UPDATE with and without offer, and PRACK with offer get. */
  readonly theirs: readonly [invite: Turn, update: Turn, refresh: Turn, prack: Turn];
  /** Whether an INVITE, an UPDATE with and one without offer of ours may go out. */
  readonly ours: readonly [invite: boolean, update: boolean, refresh: boolean];
}

/** Typed from RFC 3261 14.1 and 14.2, RFC 3311 5.1 and 5.2, RFC 6337 section 4. */
const rows: readonly Row[] = [
  {
    state: 'nothing under way',
    set: () => undefined,
    theirs: ['go', 'go', 'go', 'go'],
    ours: [true, true, true],
  },
  {
    state: 'our INVITE with an offer',
    set: turns => {
      turns.inviting = 'ours';
      turns.offered('ours', body('o'));
    },
    theirs: ['pending', 'pending', 'go', 'pending'],
    ours: [false, false, true],
  },
  {
    state: 'our INVITE, whose offer a reliable response has answered',
    set: turns => {
      turns.inviting = 'ours';
      turns.offered('ours', body('o'));
      turns.answered();
    },
    theirs: ['pending', 'go', 'go', 'go'],
    ours: [false, true, true],
  },
  {
    state: 'their INVITE with an offer',
    set: turns => {
      turns.inviting = 'theirs';
      turns.offered('theirs');
    },
    theirs: ['busy', 'busy', 'go', 'busy'],
    ours: [false, false, true],
  },
  {
    state: 'their INVITE, answered in a reliable response without PRACK',
    set: turns => {
      turns.inviting = 'theirs';
      turns.offered('theirs');
      turns.answered(body('a'));
      turns.unpracked = true;
    },
    theirs: ['busy', 'go', 'go', 'go'],
    ours: [false, false, true],
  },
  {
    state: 'our 2xx waits for its ACK',
    set: turns => {
      turns.unacknowledged = true;
    },
    theirs: ['pending', 'pending', 'go', 'pending'],
    ours: [false, false, true],
  },
  {
    state: 'our UPDATE with an offer',
    set: turns => {
      turns.updating('ours', true);
      turns.offered('ours', body('o'));
    },
    theirs: ['pending', 'pending', 'go', 'pending'],
    ours: [false, false, false],
  },
  {
    state: 'their UPDATE with an offer',
    set: turns => {
      turns.updating('theirs', true);
      turns.offered('theirs');
    },
    theirs: ['busy', 'busy', 'busy', 'busy'],
    ours: [false, false, true],
  },
];

for (const { state, set, theirs, ours } of rows)
  test(`whose turn it is: ${state}`, () => {
    const turns = new OfferAnswer();
    set(turns);
    assert.deepEqual(
      [
        turns.theirs('INVITE', true),
        turns.theirs('UPDATE', true),
        turns.theirs('UPDATE', false),
        turns.theirs('PRACK', true),
      ],
      theirs,
    );
    assert.deepEqual([turns.ours('INVITE', true), turns.ours('UPDATE', true), turns.ours('UPDATE', false)], ours);
  });

test('what is in force is what was agreed last: a refused offer changes nothing', () => {
  const turns = new OfferAnswer();
  turns.offered('ours', body('one'));
  assert.equal(localOf(turns), undefined);
  turns.answered();
  turns.offered('ours', body('two'));
  turns.withdrawn();
  assert.equal(localOf(turns), 'one');
  turns.offered('theirs');
  turns.answered(body('three'));
  assert.equal(localOf(turns), 'three');
  turns.answered(body('four'));
  assert.equal(localOf(turns), 'three', 'nothing is open');
  assert.ok(turns.exchanged);
});
