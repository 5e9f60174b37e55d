/* The registrar that is measured: `node parley-registrar.ts PORT none|MD5|SHA-256`. */
import { silentLog, systemClock } from '@parley/base';
import { createProxy, createRegistrar, DigestServer, ha1Of, MemoryBindings } from '@parley/sip';
import { PASSWORD, REALM } from './messages.ts';

const [port, algorithm] = process.argv.slice(2);
const clock = systemClock;
const log = silentLog;
const digest =
  algorithm === 'MD5' || algorithm === 'SHA-256'
    ? new DigestServer({
        realm: REALM,
        clock,
        algorithms: [algorithm],
        lookup: (user, realm, wanted) => ha1Of(wanted, user, { realm, password: PASSWORD }),
      })
    : undefined;
const registrar = createRegistrar({ clock, log, bindings: new MemoryBindings({ clock }), domains: [REALM], digest });
const proxy = createProxy({
  listen: [{ transport: 'udp', address: '127.0.0.1', port: Number(port) }],
  clock,
  log,
  services: { REGISTER: registrar },
  route: () => ({ kind: 'answer', status: 404 }),
});
await proxy.listen();
process.stdout.write('ready\n');
