import { messageOf, systemClock } from '@parley/base';
import { hostPort, LocalAddress } from '@parley/sip';
import type { ServeArguments } from './arguments.ts';
import { loadConfig } from './config/config.ts';
import { doubts } from './config/doubts.ts';
import type { Config } from './config/settings.ts';
import { openDataFolder } from './data-folder.ts';
import { createLog, type ServerLog } from './log.ts';
import { type Server, startServer } from './server.ts';
import { startFailure } from './start-failure.ts';

/** How long sealing may take after an uncaught error. */
const SEALING_MILLIS = 2000;
/**
 * A signal so soon after the first is the same one: a terminal or systemd sends it to every process of the group, and npm and
 * the launcher, which are in that group, pass theirs on.
 */
const SAME_SIGNAL_MILLIS = 1000;

/**
 * `parley serve`: runs until it is told to stop. Resolves with the exit code: 0 ended in order, 1 failed while running.
 * @throws ParleyError when it cannot start: one line that says what to do; exit code 2.
 */
export async function serve({ data: path, config: file }: ServeArguments): Promise<number> {
  process.umask(0o077);
  const config = loadConfig(file);
  const data = await openDataFolder(path);
  const log = createLog(config.log);
  const house: { server: Server | undefined } = { server: undefined };
  // A mistake of ours on this thread: nothing here can be trusted to go on. The media threads seal what was said.
  process.once('uncaughtException', error => void die(error, { log, server: house.server }));
  if (process.getuid?.() === 0)
    log.warn('running as root: start as a user of its own instead; ports above 1023 need no rights');
  tellDoubts(config, log);
  let server: Server;
  try {
    server = await startServer({ data, config, clock: systemClock, log });
  } catch (error) {
    await data.release();
    log.flush();
    throw startFailure(error);
  }
  house.server = server;
  for (const line of server.made) log.info('first start made', { made: line });
  // On the terminal of whoever starts it, not in the log: the link is as good as a password until it is used.
  if (server.admin.setupLink) process.stdout.write(`The first administrator: ${server.admin.setupLink}\n`);
  log.info('listening', { ...addresses(server, config), data: data.path, pid: process.pid });
  let { limits } = config;
  const ending = untilStopped(log, () => {
    limits = reload(server, file, log)?.limits ?? limits;
  });
  await Promise.race([server.ready, ending.stopped]);
  if (!ending.isStopping()) log.info('ready', addresses(server, config));
  await ending.stopped;
  const code = await stop(server, { log, signal: ending.again, seconds: limits.drainSeconds });
  await data.release();
  log.info('ended', { code });
  log.flush();
  return code;
}

function addresses(server: Server, { http }: Config): Record<string, string> {
  return {
    // The first listen point of each transport.
    ...Object.fromEntries(server.sip.toReversed().map(peer => [peer.transport, hostPort(peer)])),
    health: `http://${http.address}:${server.healthPort}`,
    ...(server.admin.https && { admin: `https://${hostPort(server.admin.https)}` }),
  };
}

/** Waits for SIGTERM or SIGINT; `again` aborts at the second one. SIGHUP reads the configuration again. */
function untilStopped(
  log: ServerLog,
  onHangUp: () => void,
): { stopped: Promise<void>; again: AbortSignal; isStopping(): boolean } {
  const first = Promise.withResolvers<void>();
  const again = new AbortController();
  let stoppingSince: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = systemClock.monotonic();
    if (stoppingSince === undefined) {
      stoppingSince = now;
      log.info('told to stop: no new calls', { signal });
      first.resolve();
    } else if (now - stoppingSince >= SAME_SIGNAL_MILLIS) {
      log.info('told to stop at once', { signal });
      again.abort();
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGHUP', onHangUp);
  return { stopped: first.promise, again: again.signal, isStopping: () => stoppingSince !== undefined };
}

async function stop(
  server: Server,
  { log, signal, seconds }: { log: ServerLog; signal: AbortSignal; seconds: number },
): Promise<number> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  try {
    await server.drain(limit);
    await server.close();
    return 0;
  } catch (error) {
    log.error('did not end in order; what was recorded is recovered at the next start', { error });
    return 1;
  }
}

function tellDoubts(config: Config, log: ServerLog): void {
  const own = new LocalAddress(systemClock);
  for (const reason of doubts(config, address => own.isOwn(address)))
    log.warn('the configuration is allowed, and will surprise', { reason });
}

/** Returns the configuration that was taken over; undefined when it could not be. */
function reload(server: Server, file: string | undefined, log: ServerLog): Config | undefined {
  try {
    const config = loadConfig(file);
    const { live, restart } = server.reload(config);
    log.adjust(config.log);
    log.info('configuration read again', { changed: live });
    tellDoubts(config, log);
    if (restart.length > 0) log.warn('these keys need a restart', { keys: restart });
    return config;
  } catch (error) {
    log.error('configuration not taken over: the old one stays', { reason: messageOf(error) });
    return undefined;
  }
}

/** The end after a mistake of ours: what is being recorded is sealed, within a moment; the next start delivers it. */
async function die(error: unknown, { log, server }: { log: ServerLog; server: Server | undefined }): Promise<void> {
  log.error('uncaught error: ending', { error: error instanceof Error ? error : new Error(String(error)) });
  const hard = setTimeout(() => process.exit(1), SEALING_MILLIS);
  try {
    await server?.abandon();
  } finally {
    clearTimeout(hard);
    log.flush();
    process.exit(1);
  }
}
