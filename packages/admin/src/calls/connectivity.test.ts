import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { firstStart } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { cmdletNamed } from '@parley/schema';
import { localPrincipal, type Principal } from '../access/principal.ts';
import { createRun } from '../run/run.ts';
import { type ConnectivityOutcome, type ConnectivityQuestion, connectivityActions } from './connectivity.ts';

const cmdlet = cmdletNamed('Test-UMConnectivity') ?? assert.fail('no such cmdlet');

async function door(outcome: ConnectivityOutcome = { address: 'udp:127.0.0.1:5060' }) {
  const clock = new FakeClock();
  const objects = memoryObjects({ clock, languages: ['en-US'] });
  await firstStart(objects, { clock, timeZone: 'UTC' });
  const questions: ConnectivityQuestion[] = [];
  const actions = connectivityActions({
    test: async question => {
      questions.push(question);
      return outcome;
    },
    load: () => ({ calls: 3, queuedMessages: 4 }),
  });
  const run = createRun({ objects, actions, log: silentLog });
  const ask = async (parameters: object, principal: Principal = localPrincipal, trial = false) =>
    run(cmdlet, { parameters: { ...parameters }, trial }, principal);
  return { ask, questions, objects };
}

test('without parameters this server is asked, from the port of the originals and in their time', async () => {
  const { ask, questions } = await door({ address: 'udp:127.0.0.1:5060', latencyMillis: 1.26 });
  const { rows: [row] = [] } = await ask({});
  assert.deepEqual(questions, [{ listenPort: 9000, secured: false, mediaSecured: false, timeoutMillis: 600_000 }]);
  assert.deepEqual(row?.properties, {
    UmIPAddress: 'udp:127.0.0.1:5060',
    UmserverAcceptingCallAnsweringMessages: true,
    Latency: 1.3,
    UmserverAcceptCallLatency: null,
    CurrCalls: 3,
    TotalQueuedMessages: 4,
    ExpectedDigits: null,
    ReceivedDigits: null,
    PacketsReceived: null,
    EntireOperationSuccess: true,
    ReasonForFailure: null,
  });
});

test('a failure is an answer, with its reason', async () => {
  const { ask } = await door({ address: 'udp:127.0.0.1:5060', why: 'refused: 503 Service Unavailable' });
  const { rows: [row] = [] } = await ask({});
  assert.equal(row?.properties.EntireOperationSuccess, false);
  assert.equal(row?.properties.UmserverAcceptingCallAnsweringMessages, false);
  assert.equal(row?.properties.ReasonForFailure, 'refused: 503 Service Unavailable');
});

test('a gateway is called as it is configured, keys with their gaps', async () => {
  const { ask, questions } = await door({ address: 'udp:127.0.0.1:5060', answerMillis: 20, receivedKeys: '12' });
  const { rows: [row] = [] } = await ask({
    UMIPGateway: 'loopback',
    Phone: '4001',
    From: '5550123',
    RemotePort: '5070',
    Timeout: 60,
    DiagDtmfSequence: '12a',
    DiagInterDtmfGapInMilisecs: 300,
    DiagInterDtmfDiffGapInMilisecs: '150',
  });
  const [{ gateway, ...question }] = questions;
  assert.equal(gateway?.name, 'loopback');
  assert.deepEqual(question, {
    phone: '4001',
    from: '5550123',
    remotePort: 5070,
    listenPort: 9000,
    secured: false,
    mediaSecured: false,
    timeoutMillis: 60_000,
    keys: { sequence: '12A', initialSilenceMillis: 0, gapsMillis: [150, 300] },
  });
  assert.equal(row?.properties.UmserverAcceptingCallAnsweringMessages, null);
  assert.equal(row?.properties.ExpectedDigits, '12A');
  assert.equal(row?.properties.ReceivedDigits, '12');
});

test('what could be sent as something else, and what takes too long, is refused before anybody is called', async () => {
  const { ask, questions } = await door();
  for (const parameters of [
    { Phone: '1@x>\r\nVia: evil' },
    { Phone: '1;transport=tcp' },
    { From: 'a b' },
    { Timeout: 1801 },
    { Timeout: 1 },
    { ListenPort: 65_536 },
    { DiagDtmfSequence: '1' },
    { Phone: '1', DiagDtmfSequence: '12x' },
    { Phone: '1', DiagDtmfSequence: '1'.repeat(65) },
    { Phone: '1', DiagDtmfSequence: '12', DiagInterDtmfDiffGapInMilisecs: '1,-2' },
    { Phone: '1', DiagDtmfSequence: '12', DiagDtmfDurationInMilisecs: 200 },
  ])
    await assert.rejects(ask(parameters), { code: 'OBJECT_INVALID' }, JSON.stringify(parameters));
  for (const parameters of [{ TUILogon: true, Phone: '1' }, { TUILogonAll: true }, { ResetPIN: true }, { PIN: 'x1' }])
    await assert.rejects(ask(parameters), { code: 'CMDLET_UNAVAILABLE' });
  await assert.rejects(ask({ UMIPGateway: 'nowhere' }), { code: 'OBJECT_NOT_FOUND' });
  assert.deepEqual(questions, []);
});

test('a trial calls nobody, and who has one organisation does not learn how busy all of them are', async () => {
  const { ask, questions, objects } = await door();
  assert.match((await ask({}, localPrincipal, true)).warnings.join(), /Nobody was called/);
  assert.deepEqual(questions, []);
  const {
    objects: [first],
  } = await objects.list('Organization', {}, { who: 'system' });
  const help: Principal = {
    name: 'h',
    how: 'token',
    groups: ['Help Desk'],
    scopes: [],
    organization: first?.object.id,
  };
  const { rows: [row] = [] } = await ask({}, help);
  assert.equal(row?.properties.CurrCalls, null);
  assert.equal(row?.properties.TotalQueuedMessages, null);
  assert.equal(questions.length, 1);
  await assert.rejects(ask({}, { ...help, groups: ['Recipient Management'] }), { code: 'FORBIDDEN' });
});
