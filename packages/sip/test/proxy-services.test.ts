import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import {
  type Answer,
  createRegistrar,
  DigestServer,
  ha1Of,
  MemoryBindings,
  type ProxyTarget,
  type Registrar,
} from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { answer, assertNothingLeft, PROXY, proxyScene, rawCaller, to } from './proxy-scene.ts';
import { credentialsFor, DOMAIN, registerText } from './registrar-scene.ts';

/** A proxy with a registrar that calls lead to. */
async function home() {
  let registrar: Registrar | undefined;
  const stage = await proxyScene({
    services: { REGISTER: { answer: (...asked) => registrar?.answer(...asked) } },
    locate: uri => registrar?.targets(uri),
  });
  const bindings = new MemoryBindings({ clock: stage.clock });
  const made = createRegistrar({
    clock: stage.clock,
    log: silentLog,
    bindings,
    domains: [DOMAIN],
  });
  registrar = made;
  stage.route = async request => {
    const targets = await made.targets(request.requestUri);
    if (!targets) return to(request.uri);
    return targets.length > 0 ? { kind: 'forward', targets } : { kind: 'answer', status: 480 };
  };
  return { stage, bindings };
}

test('who has registered is called, by each of his phones, until he has gone', async () => {
  const { stage } = await home();
  const caller = await rawCaller(stage, '10.0.0.9');
  const call = (cseq: number) => caller.say({ method: 'INVITE', uri: `sip:ann@${DOMAIN}`, cseq });
  assert.deepEqual(firstWords(await call(1)), ['100 Trying', '480 Temporarily Unavailable']);
  const phone = await stage.network.peer('10.0.0.2');
  await phone.ask(registerText({ contact: '<sip:ann@10.0.0.2>, <sip:ann@10.0.0.4>;q=0.5' }), PROXY);
  assert.deepEqual(firstWords(phone.heard), ['200 OK']);
  await call(2);
  assert.deepEqual(firstWords(phone.heard), ['200 OK', 'INVITE']);
  assert.ok(phone.heard[1].startsWith('INVITE sip:ann@10.0.0.2 SIP/2.0'));
  await answer(phone, 'INVITE', { status: 486 });
  const other = await stage.network.peer('10.0.0.4');
  await stage.clock.run(500);
  assert.deepEqual(firstWords(other.heard), ['INVITE']);
  await answer(other, 'INVITE', { status: 486 });
  await stage.clock.run(3_600_000);
  assert.deepEqual(firstWords(await call(3)), ['100 Trying', '480 Temporarily Unavailable']);
  await assertNothingLeft(stage);
});

test('why a telephone does not register stands in the log: a challenge is nothing, a wrong password is, and an address of another', async () => {
  const clock = new FakeClock();
  const digest = new DigestServer({
    realm: DOMAIN,
    clock,
    algorithms: ['SHA-256'],
    lookup: (user, realm, algorithm) => ha1Of(algorithm, user, { realm, password: 'right' }),
    guessesPerMinute: 2,
  });
  const common = { clock, log: silentLog, bindings: new MemoryBindings({ clock }), domains: [DOMAIN], digest };
  const stage = await proxyScene({ clock, services: { REGISTER: createRegistrar(common) } });
  const phone = await stage.network.peer('10.0.0.2');
  let cseq = 0;
  const register = async (password?: string, to?: string) => {
    const asked = headerOf(phone.heard.findLast(text => text.includes('WWW-Authenticate')) ?? '', 'WWW-Authenticate');
    const extra = password === undefined ? [] : [credentialsFor(asked ?? '', { user: 'ann', password })];
    await phone.ask(registerText({ cseq: ++cseq, extra, to, contact: '<sip:ann@10.0.0.2>' }), PROXY);
    const { level, fields } = stage.lines.findLast(({ event }) => event === 'sip request refused') ?? {};
    return [level, fields?.rule, fields?.status];
  };
  assert.deepEqual(await register(), ['debug', 'not authorized', 401]);
  assert.deepEqual(await register('wrong'), ['info', 'wrong credentials', 401]);
  assert.deepEqual(await register('right', `sip:bob@${DOMAIN}`), ['warn', 'address of another', 403]);
  await register();
  assert.deepEqual(await register('right', 'sip:ann@elsewhere.example'), ['info', 'no address of ours', 404]);
  await register();
  await register('worse');
  assert.deepEqual(await register('right'), ['info', 'too many wrong passwords', 401]);
  assert.equal(firstWords(phone.heard).includes('200 OK'), false);
  await assertNothingLeft(stage);
});

test('a 3xx that names somebody who has registered here leads to his phones; one who has not leaves it to the caller', async () => {
  const { stage } = await home();
  const phone = await stage.network.peer('10.0.0.2');
  await phone.ask(registerText({ contact: '<sip:ann@10.0.0.2>;q=0.5' }), PROXY);
  const sent = await stage.network.peer('10.0.0.7');
  stage.route = () => ({ kind: 'forward', targets: [{ uri: 'sip:desk@10.0.0.7' }], recurse: true });
  const caller = await rawCaller(stage, '10.0.0.9');
  const call = async (cseq: number, contact: string) => {
    await caller.say({ method: 'INVITE', cseq });
    await answer(sent, 'INVITE', { status: 302, extra: [`Contact: ${contact}`] });
  };
  await call(1, `<sip:ann@${DOMAIN}>, <sip:nobody@${DOMAIN}>`);
  assert.ok(phone.heard.at(-1)?.startsWith('INVITE sip:ann@10.0.0.2 SIP/2.0'));
  await answer(phone, 'INVITE', { status: 486 });
  assert.equal(firstWords(caller.peer.heard).at(-1), '486 Whatever');
  const contact = `<sip:nobody@${DOMAIN}>`;
  await call(2, contact);
  assert.equal(headerOf(caller.peer.heard.at(-1) ?? '', 'Contact'), contact);
  await stage.clock.run(3_600_000);
  await assertNothingLeft(stage);
});

test('where it takes its time to say where a 3xx leads, the caller may change his mind; without an end, and with an error, the 3xx goes back', async () => {
  const looks: ((targets: ProxyTarget[] | Error) => void)[] = [];
  const stage = await proxyScene({
    locate: () =>
      new Promise((resolve, reject) => looks.push(found => (found instanceof Error ? reject(found) : resolve(found)))),
  });
  stage.route = () => ({ kind: 'forward', targets: [{ uri: 'sip:desk@10.0.0.7' }], recurse: true });
  const [desk, phone] = [await stage.network.peer('10.0.0.7'), await stage.network.peer('10.0.0.2')];
  const caller = await rawCaller(stage, '10.0.0.9');
  const isSentAway = async (cseq: number) => {
    await caller.say({ method: 'INVITE', cseq, branch: `z9hG4bK${cseq}` });
    await answer(desk, 'INVITE', { status: 302, extra: [`Contact: <sip:ann@${DOMAIN}>`] });
  };
  const last = () => firstWords(caller.peer.heard).at(-1);
  await isSentAway(1);
  assert.equal(last(), '100 Trying');
  looks[0]([{ uri: 'sip:ann@10.0.0.2' }]);
  await settle();
  await answer(phone, 'INVITE', { status: 404 });
  assert.equal(last(), '404 Whatever');
  await isSentAway(2);
  looks[1](new Error('the directory is gone'));
  await settle();
  assert.equal(last(), '302 Whatever');
  await isSentAway(3);
  await stage.clock.run(10_000);
  assert.equal(last(), '302 Whatever');
  await isSentAway(4);
  await caller.say({ method: 'CANCEL', cseq: 4, branch: 'z9hG4bK4' });
  looks[3]([{ uri: 'sip:ann@10.0.0.2' }]);
  await settle();
  assert.equal(last(), '487 Request Terminated');
  looks[2]([{ uri: 'sip:ann@10.0.0.2' }]);
  await settle();
  assert.equal(firstWords(phone.heard).filter(word => word === 'INVITE').length, 1);
  await assertNothingLeft(stage, 2);
});

test('a copy of a REGISTER gets the same answer, and nothing is done twice; after 64*T1 it is a new one', async () => {
  const { stage, bindings } = await home();
  const phone = await stage.network.peer('10.0.0.2');
  const text = registerText({ contact: '<sip:ann@10.0.0.2>' });
  const [first] = await phone.ask(text, PROXY);
  await stage.clock.run(5_000);
  assert.deepEqual(await phone.ask(text, PROXY), [first]);
  assert.equal(stage.proxy.counts().answers, 1);
  await stage.clock.run(27_500);
  assert.equal(stage.proxy.counts().answers, 0);
  assert.deepEqual(firstWords(await phone.ask(text, PROXY)), ['500 CSeq Out Of Order']);
  assert.equal(stage.proxy.counts().answers, 0, 'a refusal costs no memory');
  bindings.change(`ann@${DOMAIN}`, () => []);
  await assertNothingLeft(stage);
});

test('a REGISTER to another domain is passed on, with a Path when that is asked for; the mark of a Path leads back, changed it does not', async () => {
  const { stage } = await home();
  const far = await stage.network.peer('10.0.0.7');
  stage.route = () => ({ kind: 'forward', targets: [{ uri: 'sip:10.0.0.7' }], path: true });
  const phone = await stage.network.peer('10.0.0.2');
  await phone.ask(registerText({ uri: 'sip:far.example', contact: '<sip:ann@10.0.0.2;ob>' }), PROXY);
  const path = headerOf(far.heard[0], 'Path') ?? '';
  assert.match(path, /^<sip:f~[\w-]+@10\.0\.0\.1:5060;lr;ob>$/);
  await answer(far, 'REGISTER', { status: 200 });
  assert.deepEqual(firstWords(phone.heard), ['200 Whatever']);
  const caller = await rawCaller(stage, '10.0.0.7', far);
  stage.route = () => ({ kind: 'answer', status: 404 });
  await caller.say({ method: 'INVITE', uri: 'sip:ann@elsewhere.example', extra: [`Route: ${path}`] });
  assert.deepEqual(firstWords(phone.heard).slice(1), ['INVITE'], 'to where it came from, whatever the URI says');
  const recorded = headerOf(phone.heard[1], 'Record-Route') ?? '';
  assert.match(recorded, /^<sip:d~[\w-]{16}[\w-]+@10\.0\.0\.1:5060;lr>$/);
  await answer(phone, 'INVITE', { status: 486 });
  const alone = await rawCaller(stage, '10.0.0.2', phone);
  const before = far.heard.length;
  const outward = { method: 'INVITE', callId: 'outward', uri: 'sip:gold@10.0.0.7', extra: [`Route: ${path}`] };
  const asked = firstWords(await alone.say(outward));
  assert.deepEqual([asked.at(-1), far.heard.length], ['404 Not Found', before], 'its own mark takes nobody out');
  const changed = path.replace('@', 'x@');
  const refused = await caller.say({ method: 'INFO', cseq: 2, extra: [`Route: ${changed}`] });
  assert.deepEqual(firstWords(refused), ['403 Invalid Flow Token']);
  const proxied = registerText({ uri: 'sip:far.example', proxied: true, cseq: 2 });
  stage.route = () => ({ kind: 'forward', targets: [{ uri: 'sip:10.0.0.7' }], path: true });
  await stage.network.peer('10.0.0.9').then(edge => edge.ask(proxied, PROXY));
  assert.equal(
    headerOf(far.heard.at(-1) ?? '', 'Path'),
    '<sip:10.0.0.1:5060;lr>',
    'only the first hop can keep a flow',
  );
  await assertNothingLeft(stage);
});

test('a service that takes its time: copies wait with it; one that fails, or never ends, is 500; one that declines is routed', async () => {
  let settled: (answer: Answer | undefined | Error) => void = () => undefined;
  let asked = 0;
  const service = {
    answer: () => {
      asked += 1;
      return new Promise<Answer | undefined>((resolve, reject) => {
        settled = outcome => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
      });
    },
  };
  const stage = await proxyScene({ services: { REGISTER: service } });
  const phone = await stage.network.peer('10.0.0.2');
  const say = (cseq: number) => phone.ask(registerText({ cseq, uri: 'sip:10.0.0.7' }), PROXY);
  await say(1);
  await say(1);
  assert.deepEqual([asked, stage.proxy.counts().answers], [1, 1]);
  settled({ status: 200 });
  await settle();
  assert.deepEqual(firstWords(phone.heard), ['200 OK']);
  assert.deepEqual([firstWords(await say(1)), asked], [['200 OK'], 1]);
  await say(2);
  settled(new Error('no'));
  await settle();
  await say(3);
  await stage.clock.run(10_000);
  settled({ status: 200 });
  await settle();
  const answers = firstWords(phone.heard).slice(2);
  assert.deepEqual(answers, ['500 Server Internal Error', '500 Server Internal Error']);
  const far = await stage.network.peer('10.0.0.7');
  await say(4);
  settled(undefined);
  await settle();
  assert.deepEqual(firstWords(far.heard), ['REGISTER']);
  await assertNothingLeft(stage, 1);
});

test('answers are kept for so many requests only', async () => {
  const stage = await proxyScene({
    services: { REGISTER: { answer: () => ({ status: 200 }) } },
    budgets: { answers: 10 },
  });
  const phone = await stage.network.peer('10.0.0.2');
  for (let cseq = 1; cseq <= 25; cseq++) await phone.ask(registerText({ cseq }), PROXY);
  assert.equal(stage.proxy.counts().answers, 10);
  await assertNothingLeft(stage);
});

test("services serve who is let in, and nobody hears the answer to a copy of another's request", async () => {
  const refuses = new Set(['10.0.0.2']);
  let isBusy = false;
  const stage = await proxyScene({
    services: { REGISTER: { answer: () => ({ status: 200 }) } },
    admit: (_, { address }) => (refuses.has(address) ? { status: 403 } : undefined),
    overload: () => (isBusy ? { retryAfterSeconds: 5 } : undefined),
  });
  const phone = await stage.network.peer('10.0.0.2');
  assert.deepEqual(firstWords(await phone.ask(registerText(), PROXY)), ['403 Forbidden']);
  refuses.clear();
  isBusy = true;
  assert.deepEqual(firstWords(await phone.ask(registerText(), PROXY)), ['503 Service Unavailable']);
  isBusy = false;
  assert.deepEqual(firstWords(await phone.ask(registerText(), PROXY)), ['200 OK']);
  isBusy = true;
  assert.deepEqual(firstWords(await phone.ask(registerText(), PROXY)), ['200 OK'], 'a copy');
  const other = await stage.network.peer('10.0.0.66');
  assert.deepEqual(firstWords(await other.ask(registerText(), PROXY)), ['503 Service Unavailable']);
});

test('answers that are much longer than their requests go to one source so often and no more', async () => {
  const headers = Array.from({ length: 20 }, (): [string, string] => ['Contact', `<sip:${'a'.repeat(100)}@10.0.0.2>`]);
  const stage = await proxyScene({
    services: { REGISTER: { answer: () => ({ status: 200, headers }) } },
    budgets: { answersPerSecond: 5 },
    unlimited: () => false,
  });
  const phone = await stage.network.peer('10.0.0.2');
  for (let cseq = 1; cseq <= 10; cseq++) await phone.ask(registerText({ cseq }), PROXY);
  for (let copy = 0; copy < 10; copy++) await phone.ask(registerText({ cseq: 1 }), PROXY);
  assert.equal(phone.heard.length, 5);
});
