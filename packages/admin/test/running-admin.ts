import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Admin,
  adminSocket,
  callActions,
  connectivityActions,
  createAccess,
  createAdmin,
  replicationActions,
  type SpoolEntry,
  type SpoolOperations,
  type Trace,
  type TraceOperations,
} from '@parley/admin';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { type CallRecords, firstStart, type KeptObjects, type Replicas } from '@parley/directory';
import { memoryAccessRecords, memoryCallRecords, memoryObjects } from '@parley/directory/memory';

export interface RunningAdmin {
  readonly dataFolder: string;
  readonly admin: Admin;
  readonly objects: KeptObjects;
  readonly callRecords: CallRecords;
  readonly log: ReturnType<typeof memoryLog>;
  /** What was asked of the spool, a line each. */
  readonly asked: readonly string[];
}

const ITEM: SpoolEntry = {
  id: '01ABC',
  kind: 'message',
  state: 'dead',
  sealedAt: Date.UTC(2026, 0, 5, 9),
  millis: 4200,
  mailbox: 'ann',
  caller: '\u001b[31mEvil\u202e',
  attempts: 3,
  why: 'no such mailbox',
};

const ANSWER_HEAD =
  'SIP/2.0 404 Not Found\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\nCall-ID: 3848276298@pbx\r\nCSeq: 1 INVITE';

/** A call that was refused, and the one that it was handed on to; a hostile caller. */
const TRACE: Trace = {
  callId: '3848276298@pbx',
  startedAt: Date.UTC(2026, 0, 5, 9),
  caller: '\u001b[31mEvil\u202e',
  called: '4999',
  outcome: '404 Not Found',
  messages: 4,
  ladder: [
    {
      atMillis: 0,
      direction: 'in',
      peer: 'udp 192.0.2.1:5060',
      summary: 'INVITE sip:4999@192.0.2.9',
      retransmission: false,
      remarks: [],
      body: 'application/sdp, 140 octets',
      media: [
        {
          kind: 'audio',
          protocol: 'RTP/SAVP',
          address: '192.0.2.1',
          port: 4000,
          codecs: ['PCMA', 'telephone-event'],
          direction: 'sendrecv',
          encryption: 'SDES',
        },
        {
          kind: 'video',
          protocol: 'RTP/AVP',
          address: '',
          port: 0,
          codecs: ['H264'],
          direction: 'sendrecv',
          encryption: 'none',
        },
      ],
      head: 'INVITE sip:4999@192.0.2.9 SIP/2.0',
    },
    {
      atMillis: 500.4,
      direction: 'in',
      peer: 'udp 192.0.2.1:5060',
      summary: 'INVITE sip:4999@192.0.2.9',
      retransmission: true,
      remarks: [],
      media: [],
      head: 'INVITE sip:4999@192.0.2.9 SIP/2.0',
    },
    {
      atMillis: 12_345,
      direction: 'out',
      peer: 'tcp 192.0.2.7:5060',
      summary: `404 ${'Not Found '.repeat(9)}`.trim(),
      retransmission: false,
      remarks: ['Warning: 399 parley "no such \u001b[2Jmailbox"'],
      media: [],
      head: ANSWER_HEAD,
    },
  ],
  leftOut: { count: 1, before: 2 },
  legs: [
    {
      callId: 'leg@parley',
      startedAt: Date.UTC(2026, 0, 5, 9, 1),
      caller: 'ann',
      called: 'bob',
      outcome: '486 Busy Here',
      messages: 1,
      ladder: [
        {
          atMillis: 60_000,
          direction: 'out',
          peer: 'udp 192.0.2.8:5060',
          summary: 'INVITE sip:bob@192.0.2.8',
          retransmission: false,
          remarks: [],
          body: 'text/plain, 3 octets',
          media: [],
          head: '',
        },
      ],
      legs: [],
    },
  ],
};

/** One that was answered, and is over. */
const OVER: Trace = {
  ...TRACE.legs[0],
  callId: 'over@pbx',
  legs: [],
  record: {
    callStartTime: Date.UTC(2026, 0, 5, 9, 1),
    callType: 'Call Answering Voice Message',
    callIdentity: 'over@pbx',
    umServerName: 'um1',
    callDurationMillis: 12_345,
    offerResult: 'Answer',
    reasonForCall: 'DivertNoAnswer',
    dropCallReason: 'Graceful Hangup',
    calleeMailboxAlias: 'ann',
    audioCodec: 'G.711',
    jitter: 1.2345,
    packetLoss: 0.5,
    roundTrip: 12,
    nmos: 4.123,
    nmosDegradation: 0.3,
  },
};

const traces: TraceOperations = {
  list: limit => [TRACE, TRACE.legs[0]].slice(0, limit),
  find(callId) {
    if (TRACE.callId.startsWith(callId)) return { kind: 'found', trace: TRACE };
    if (callId === OVER.callId) return { kind: 'found', trace: OVER };
    if (callId === 'm') return { kind: 'ambiguous', callIds: ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'] };
    return { kind: 'none', why: 'the newest 1000 calls are kept' };
  },
};

function spoolOf(asked: string[]): SpoolOperations {
  return {
    list: async () => [ITEM],
    show: async id => (id === ITEM.id ? ITEM : undefined),
    async export(id, folder) {
      asked.push(`export ${id} ${folder}`);
      return [`${folder}/${id}.wav`];
    },
    retry: async id => void asked.push(`retry ${id}`),
    discard: async id => void asked.push(`discard ${id}`),
  };
}

/** Whoever is called answers at once. */
const connectivity = connectivityActions({
  test: async ({ gateway, phone }) => ({
    address: `udp:${gateway?.address[0] ?? '127.0.0.1'}:5060`,
    latencyMillis: 1.25,
    ...(phone === undefined ? {} : { answerMillis: 2.5, packets: 7 }),
  }),
  load: () => ({ calls: 2, queuedMessages: 3 }),
});

/** Two nodes, of which one has heard of the newest change. */
const replicas: Replicas = {
  list: async () => [
    { node: 'one', seen: 7, toldAt: 1000 },
    { node: 'two', seen: 6, toldAt: 2000 },
  ],
  newest: async () => ({ place: 7, at: 500 }),
};

/** An admin that listens in a data folder, over the objects of a first start. */
export async function startAdmin(dataFolder: string): Promise<RunningAdmin> {
  const clock = new FakeClock();
  const objects = memoryObjects({ clock, languages: ['en-US', 'fr-FR'] });
  await firstStart(objects, { clock, timeZone: 'UTC' });
  const callRecords = memoryCallRecords();
  const log = memoryLog();
  const asked: string[] = [];
  const status = () => ({ version: '0.1.0', calls: 2 });
  const access = createAccess({
    records: memoryAccessRecords(),
    auditLog: objects.audit,
    clock,
    log,
    origin: 'https://127.0.0.1:8443',
  });
  const replication = replicationActions({ replicas, audit: objects.audit, node: 'one' });
  const actions = {
    ...access.actions,
    ...callActions({ records: callRecords, clock }),
    ...connectivity,
    ...replication,
  };
  const spool = spoolOf(asked);
  const admin = createAdmin({ objects, callRecords, spool, traces, status, actions, audit: objects.audit, clock, log });
  await admin.listen(adminSocket(dataFolder));
  return { dataFolder, admin, objects, callRecords, log, asked };
}

/** Lends an admin in a data folder of its own. */
export async function withAdmin(use: (running: RunningAdmin) => Promise<void>): Promise<void> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'parley-admin-'));
  const running = await startAdmin(dataFolder);
  try {
    await use(running);
  } finally {
    await running.admin.close();
    await rm(dataFolder, { recursive: true });
  }
}
