import { chmod } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { type Clock, type Log, systemClock } from '@parley/base';
import type { AuditLog, Objects } from '@parley/directory';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { auditedRun } from './access/audited-run.ts';
import { localPrincipal, type Principal } from './access/principal.ts';
import { claimSocket } from './claim-socket.ts';
import { createApp, type DoorTls } from './http/app.ts';
import { type Access, guard, nobody } from './http/guard.ts';
import { type OtherDoor, passOn } from './http/pass-on.ts';
import { type RateLimits, rateLimiters } from './http/rate-limits.ts';
import { cmdletRoutes } from './routes/cmdlets.ts';
import { importRoutes } from './routes/imports.ts';
import { objectRoutes } from './routes/objects.ts';
import { type OperationRoutes, operationRoutes } from './routes/operations.ts';
import { problemRoutes } from './routes/problems.ts';
import { type TraceRoutes, traceRoutes } from './routes/traces.ts';
import type { Action } from './run/ports.ts';
import { createRun } from './run/run.ts';
import { bindablePath } from './socket-path.ts';

export interface AdminOptions extends OperationRoutes, TraceRoutes {
  readonly objects: Objects;
  readonly log: Log;
  readonly clock?: Clock;
  /** Where it is written down who tried what his roles do not allow; nowhere when not given. */
  readonly audit?: Pick<AuditLog, 'append'>;
  /** What cmdlets without a kind do, by `does` of their declarations. */
  readonly actions?: Readonly<Record<string, Action>>;
}

/** A door for people elsewhere. */
export interface HttpsDoor {
  /** A numeric address. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly tls: DoorTls;
  /** Who may come in; nobody when not given. */
  readonly access?: Access;
  readonly rateLimits?: RateLimits;
}

/** The one way in for administrators: HTTP with JSON, on a Unix socket that only its owner may use, and by HTTPS for whoever signs in. */
export interface Admin {
  /** Listens at a path (see `adminSocket`), mode 0600. Rejects with `ADMIN_SOCKET_IN_USE` or `ADMIN_SOCKET_PATH`. */
  listen(path: string): Promise<void>;
  /** Listens for HTTPS; resolves with the port. Rejects with the system's error. */
  listenHttps(door: HttpsDoor): Promise<number>;
  /** Ends what is under way and removes the socket. */
  close(): Promise<void>;
}

const MOST_LOCAL_CONNECTIONS = 64;
const MOST_CONNECTIONS = 512;

/** Makes the doors; nothing can be reached before `listen`. */
export function createAdmin(options: AdminOptions): Admin {
  const { objects, log, clock = systemClock, actions = {}, audit } = options;
  const done = createRun({ objects, actions, log });
  const run = audit ? auditedRun(done, audit, clock) : done;
  const open: FastifyInstance[] = [];
  const routes = async (app: FastifyInstance, principalOf: (request: FastifyRequest) => Principal) => {
    const door = { run, principalOf };
    cmdletRoutes(app, door);
    objectRoutes(app, door);
    operationRoutes(app, door, options);
    traceRoutes(app, door, options);
    await importRoutes(app, door, log);
  };
  return {
    async listen(path) {
      const app = createApp({ log, clock, maxConnections: MOST_LOCAL_CONNECTIONS });
      open.push(app);
      await routes(app, () => localPrincipal);
      problemRoutes(app);
      await listenAt(app, path);
    },
    async listenHttps({ host, port, tls, access = nobody, rateLimits = {} }) {
      const app = createApp({ log, clock, tls, maxConnections: MOST_CONNECTIONS });
      open.push(app);
      const limiters = await rateLimiters(app, rateLimits);
      app.addHook('onRequest', limiters.address);
      await app.register(async inside => routes(inside, guard(inside, access, limiters)));
      await app.register(async outside => access.routes?.(outside));
      problemRoutes(app);
      await app.listen({ host, port });
      return portOf(app.server.address());
    },
    async close() {
      await Promise.all(open.splice(0).map(app => app.close()));
    },
  };
}

/** The door of a node that does not administer the system itself: whoever is at the machine is let in at another node's. */
export function createPassOn({ log, clock = systemClock, door }: PassOnOptions): Pick<Admin, 'listen' | 'close'> {
  const app = createApp({ log, clock, maxConnections: MOST_LOCAL_CONNECTIONS });
  passOn(app, door);
  return { listen: path => listenAt(app, path), close: () => app.close() };
}

export interface PassOnOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly door: OtherDoor;
}

async function listenAt(app: FastifyInstance, path: string): Promise<void> {
  const bindable = bindablePath(path);
  await claimSocket(bindable);
  await app.listen({ path: bindable });
  // Connecting takes the right to write, which a common umask denies to others from the first moment; `serve` sets 077.
  await chmod(bindable, 0o600);
}

const portOf = (address: AddressInfo | string | null) => (typeof address === 'object' && address ? address.port : 0);
