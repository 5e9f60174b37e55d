import { silentLog, systemClock } from '@parley/base';
import {
  createProxy,
  createRegistrar,
  DigestServer,
  ha1Of,
  MemoryBindings,
  type Peer,
  type RouteDecision,
  type SipRequest,
} from '@parley/sip';
import { DOMAIN, serverOf, userOf } from './settings.ts';

const [where, ...accounts] = process.argv.slice(2);
const clock = systemClock;
const log = silentLog;
const passwords = new Map(accounts.map(userOf).map(({ user, password }) => [user, password]));
const lookedUp = {
  realm: DOMAIN,
  clock,
  // Old telephones know MD5 alone.
  algorithms: ['MD5'],
  lookup: (user, realm, algorithm) => {
    const password = passwords.get(user);
    return password && ha1Of(algorithm, user, { realm, password });
  },
} satisfies ConstructorParameters<typeof DigestServer>[0];
const registrar = createRegistrar({
  clock,
  log,
  bindings: new MemoryBindings({ clock }),
  domains: [DOMAIN],
  digest: new DigestServer(lookedUp),
});
const callers = new DigestServer({ ...lookedUp, asker: 'proxy' });

/** Those who have a password may call those who have registered. */
async function route(request: SipRequest, source: Peer): Promise<RouteDecision> {
  const verdict = await callers.check(request, source);
  if (verdict.kind === 'refused') return { kind: 'answer', ...verdict.refusal };
  const targets = await registrar.targets(request.requestUri);
  if (!targets) return { kind: 'answer', status: 404 };
  return targets.length > 0 ? { kind: 'forward', targets } : { kind: 'answer', status: 480 };
}

const proxy = createProxy({
  listen: [serverOf(where)],
  clock,
  log,
  services: { REGISTER: registrar },
  route,
  // Telephones that were given a GRUU have it as their Contact: later requests of their calls ask for it.
  locate: uri => registrar.targets(uri),
});
const [{ address, port }] = await proxy.listen();
console.log(`registrar at ${address}:${port}`);
