import type { CallRecord, CallRecordFilter, ListOptions, Removed, Stored } from '@parley/directory';
import { type CmdletDefinition, definitionOf, type Kind } from '@parley/schema';
import type { SpoolEntry, Status, Trace, TraceEntry } from '../ports.ts';
import type { CmdletAnswer } from '../run/answer.ts';
import { type Exchange, exchangeWith } from './exchange.ts';
import { type ImportOptions, importTable } from './import-table.ts';
import { type Elsewhere, here, type Place, there } from './place.ts';

export interface ConnectOptions {
  /** Longest wait for an answer, milliseconds; 30,000 by default. */
  readonly timeoutMillis?: number;
}

/**
 * The server as administrators use it. Every method rejects with a `ParleyError`: `SERVER_NOT_RUNNING`, `SERVER_DENIED`,
 * `SERVER_UNREACHABLE`, or an `AdminRefused` that carries the server's own code.
 */
export interface AdminClient {
  list<K extends Kind>(kind: K, options?: ListOptions): Promise<readonly Stored<K>[]>;
  get<K extends Kind>(kind: K, identity: string): Promise<Stored<K>>;
  create<K extends Kind>(kind: K, input: object): Promise<Stored<K>>;
  /** `etag` of the object as it was read, or `*`. */
  change<K extends Kind>(
    kind: K,
    identity: string,
    change: { readonly etag: string; readonly patch: object },
  ): Promise<Stored<K>>;
  remove(kind: Kind, identity: string, etag: string): Promise<readonly Removed[]>;
  callRecords(filter?: CallRecordFilter): Promise<readonly CallRecord[]>;
  spoolList(): Promise<readonly SpoolEntry[]>;
  spoolShow(id: string): Promise<SpoolEntry>;
  /** `folder` is an absolute path that the server's user may write. */
  spoolExport(id: string, folder: string): Promise<readonly string[]>;
  spoolRetry(id: string): Promise<void>;
  spoolDiscard(id: string): Promise<void>;
  /** Calls whose SIP messages are kept, the newest first; 20 when no limit is given, 1000 at most. */
  traces(limit?: number): Promise<readonly TraceEntry[]>;
  /** By Call-ID, or the beginning of one. Refused with `TRACE_NOT_FOUND` and `TRACE_AMBIGUOUS`. */
  trace(callId: string): Promise<Trace>;
  status(): Promise<Status>;
  /** Runs a cmdlet: the shell's way. `FORBIDDEN`, `OBJECT_INVALID` with the parameters that are wrong, and so on. */
  run(name: string, options?: RunOptions): Promise<CmdletAnswer>;
  /**
   * Makes an object of every line of a CSV table, all or nothing. Rejects with `IMPORT_REFUSED`, whose problems have the lines that are
   * wrong and what is allowed there.
   */
  importTable(kind: Kind, table: AsyncIterable<Uint8Array>, options?: ImportOptions): Promise<CmdletAnswer>;
  /** The cmdlets that whoever asks may run. */
  cmdlets(): Promise<readonly CmdletDefinition[]>;
}

export interface RunOptions {
  /** By the names that are shown, in any case; aliases too. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Everything is checked and `changes` tells what would happen; nothing does. */
  readonly whatIf?: boolean;
  /** `next` of the answer before. */
  readonly after?: string;
}

/** `/v1/a/b?c=d`, everything in it encoded; what is undefined is left out. */
function pathOf(parts: readonly string[], query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return `/v1/${parts.map(encodeURIComponent).join('/')}${search}`;
}

/** The server that runs on a data folder, or one elsewhere by HTTPS. Nothing is sent before the first question. */
export function connectAdmin(server: string | Elsewhere, { timeoutMillis = 30_000 }: ConnectOptions = {}): AdminClient {
  const place = typeof server === 'string' ? here(server) : there(server);
  return clientOver(exchangeWith(place, timeoutMillis), place);
}

function clientOver(exchange: Exchange, place: Place): AdminClient {
  const pathTo = (kind: Kind, ...rest: string[]) => pathOf([definitionOf(kind).path, ...rest]);
  return {
    async list<K extends Kind>(kind: K, { text, limit }: ListOptions = {}) {
      const path = pathOf([definitionOf(kind).path], { text, limit });
      return (await exchange<{ objects: readonly Stored<K>[] }>({ method: 'GET', path })).objects;
    },
    get: (kind, identity) => exchange({ method: 'GET', path: pathTo(kind, identity) }),
    create: (kind, input) => exchange({ method: 'POST', path: pathTo(kind), body: input }),
    change: (kind, identity, { etag, patch }) =>
      exchange({ method: 'PATCH', path: pathTo(kind, identity), body: patch, ifMatch: etag }),
    async remove(kind, identity, etag) {
      const question = { method: 'DELETE', path: pathTo(kind, identity), ifMatch: etag } as const;
      return (await exchange<{ removed: readonly Removed[] }>(question)).removed;
    },
    async callRecords(filter = {}) {
      const path = pathOf(['call-records'], { ...filter });
      return (await exchange<{ callRecords: readonly CallRecord[] }>({ method: 'GET', path })).callRecords;
    },
    async spoolList() {
      return (await exchange<{ entries: readonly SpoolEntry[] }>({ method: 'GET', path: pathOf(['spool']) })).entries;
    },
    async spoolShow(id) {
      return (await exchange<{ entry: SpoolEntry }>({ method: 'GET', path: pathOf(['spool', id]) })).entry;
    },
    async spoolExport(id, folder) {
      const question = { method: 'POST', path: pathOf(['spool', id, 'export']), body: { folder } } as const;
      return (await exchange<{ paths: readonly string[] }>(question)).paths;
    },
    async spoolRetry(id) {
      await exchange({ method: 'POST', path: pathOf(['spool', id, 'retry']), body: {} });
    },
    async spoolDiscard(id) {
      await exchange({ method: 'DELETE', path: pathOf(['spool', id]) });
    },
    async traces(limit) {
      const path = pathOf(['traces'], { limit });
      return (await exchange<{ traces: readonly TraceEntry[] }>({ method: 'GET', path })).traces;
    },
    async trace(callId) {
      return (await exchange<{ trace: Trace }>({ method: 'GET', path: pathOf(['traces', callId]) })).trace;
    },
    run: (name, { parameters = {}, whatIf = false, after } = {}) =>
      exchange({
        method: 'POST',
        path: pathOf(['cmdlets', name]),
        body: { parameters, whatIf, ...(after === undefined ? {} : { after }) },
      }),
    importTable: (kind, table, options) => importTable(place, { kind, table }, options),
    async cmdlets() {
      const path = pathOf(['cmdlets']);
      return (await exchange<{ cmdlets: readonly CmdletDefinition[] }>({ method: 'GET', path })).cmdlets;
    },
    async status() {
      return (await exchange<{ status: Status }>({ method: 'GET', path: pathOf(['status']) })).status;
    },
  };
}
