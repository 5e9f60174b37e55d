import {
  type AccessDoor,
  type ActiveCall,
  adminSocket,
  backupActions,
  type ConnectivityParts,
  callActions,
  connectivityActions,
  createAccess,
  createAdmin,
  createPassOn,
  replicationActions,
  type SpoolOperations,
  type Status,
  type TraceOperations,
} from '@parley/admin';
import type { Clock, Log } from '@parley/base';
import type {
  AccessRecords,
  AuditLog,
  CallRecords,
  ConfigurationBackup,
  Directory,
  Objects,
  Replicas,
} from '@parley/directory';
import type { Config } from '../config/settings.ts';
import { naming } from '../start-failure.ts';
import { readDoorTls, readOidc, readOtherDoor } from './admin-files.ts';

export interface AdminParts {
  /** The data folder. */
  readonly data: string;
  readonly config: Config['admin'];
  /** Makes a path absolute. */
  readonly at: (path: string) => string;
  readonly objects: Objects;
  readonly audit: AuditLog;
  readonly backup: ConfigurationBackup;
  readonly replicas: Replicas;
  readonly node: string;
  readonly access: AccessRecords;
  readonly directory: Directory;
  readonly records: CallRecords;
  readonly spool: SpoolOperations;
  readonly traces: TraceOperations;
  readonly status: () => Status;
  readonly activeCalls: () => readonly ActiveCall[];
  readonly connectivity: ConnectivityParts;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AdminHouse {
  /** Where administrators come in by HTTPS; undefined when nobody does. */
  readonly https: { readonly address: string; readonly port: number } | undefined;
  /** A link that makes the first administrator; undefined when there is one, or when there is no HTTPS. */
  readonly setupLink: string | undefined;
  close(): Promise<void>;
}

/** Opens the administrators' doors: the socket in the data folder, and HTTPS when it is configured. */
export async function serveAdmin(parts: AdminParts): Promise<AdminHouse> {
  const { data, config, at, objects, audit, backup, records, spool, traces, status, activeCalls, clock, log } = parts;
  const otherDoor = readOtherDoor(config, at);
  if (otherDoor) {
    const passing = createPassOn({ log, clock, door: otherDoor });
    await passing.listen(adminSocket(data));
    return { https: undefined, setupLink: undefined, close: () => passing.close() };
  }
  const tls = readDoorTls(config, at);
  const access = openAccess(parts);
  const actions = {
    ...access.actions,
    ...callActions({ records, clock, activeCalls }),
    ...connectivityActions(parts.connectivity),
    ...backupActions({ backup, folder: data }),
    ...replicationActions({ replicas: parts.replicas, audit, node: parts.node }),
  };
  const admin = createAdmin({
    objects,
    callRecords: records,
    spool,
    traces,
    status,
    actions,
    audit,
    clock,
    log,
  });
  const close = () => admin.close();
  try {
    await admin.listen(adminSocket(data));
    if (!config.listen || !tls) return { https: undefined, setupLink: undefined, close };
    const { address: host, port } = config.listen;
    const rateLimits = { perAddress: config.requestsPerMinute };
    const taken = await naming('admin.listen', () => admin.listenHttps({ host, port, tls, access, rateLimits }));
    return { https: { address: host, port: taken }, setupLink: await access.setupLink(), close };
  } catch (error) {
    // A socket that is still listened on would keep the process alive that has just said why it cannot start.
    await close();
    throw error;
  }
}

function openAccess({ config, at, access, audit, clock, log }: AdminParts): AccessDoor {
  const oidc = readOidc(config, at);
  const { address = '127.0.0.1', port = 8443 } = config.listen ?? {};
  const host = address.includes(':') ? `[${address}]` : address;
  return createAccess({
    records: access,
    auditLog: audit,
    clock,
    log,
    origin: config.origin ?? `https://${host}:${port}`,
    ...(oidc && { oidc }),
  });
}
