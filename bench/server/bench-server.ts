import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SocketKind } from '@parley/media/engine';
import { makeAuthority } from '../../test/peers/authority.ts';
import { type ConfigChange, type Server, startServer } from '../../test/peers/parley.ts';
import type { AudioCodec, Media } from '../arguments.ts';
import type { Target, TlsFiles } from '../load/plan.ts';
import { pinned, SERVER_CORE } from '../machine.ts';
import { type Usage, usageOf } from './process-tree.ts';

/** Extensions of a fresh installation. */
const EXTENSIONS = ['1001', '1002', '1003'] as const;
/** What its certificate proves. */
const NAME = 'bench.parley.test';
const RTP_PORTS = '32000-51999';
const NO_LIMIT = 100_000;
const NO_PACE = 10_000;
const LOOK_MILLIS = 1000;
const MOST_LOOKS = 60;

/** Figures of the server's own, scraped. */
export type Metrics = ReadonlyMap<string, number>;

/** What is measured. */
export interface Setup {
  readonly codec: AudioCodec;
  readonly sockets: SocketKind;
  readonly media: Media;
}

/** The real program on its core, in a folder of its own, set up for measuring. */
export class BenchServer {
  readonly data: string;
  readonly target: Target;
  readonly #server: Server;
  readonly #cleanUp: (() => unknown)[];

  private constructor(server: Server, target: Target, cleanUp: (() => unknown)[]) {
    this.#server = server;
    this.target = target;
    this.data = server.data;
    this.#cleanUp = cleanUp;
  }

  /** @param profile folder for V8 profiles, written when it stops. */
  static async start({ codec, sockets, media }: Setup, profile?: string): Promise<BenchServer> {
    const data = mkdtempSync(join(tmpdir(), 'parley-bench-'));
    const cleanUp: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true, maxRetries: 5 })];
    const t = { after: (each: unknown) => void cleanUp.unshift(each as () => unknown) };
    const secret = media === 'SRTP' ? await byTls(data) : undefined;
    const options = {
      data,
      config: {
        ...(secret && { sip: secret.sip }),
        log: { level: 'info' },
        rtp: { ports: RTP_PORTS, threads: 1, sockets },
        limits: { calls: NO_LIMIT, callsPerSecond: NO_PACE },
      },
      under: pinned(SERVER_CORE),
    };
    const env = { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
    const diagnosed = ` --heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${data}`;
    // Language and codec are in the database: the second start has them from the beginning.
    const first = await startServer(t, { ...options, env });
    await set(first, ['dialplan', 'set', 'Main'], {
      'default-language': 'x-tones',
      'audio-codec': codec,
      'min-recording-duration': '1',
    });
    await set(first, ['policy', 'set', 'Main Default Policy'], { 'allow-missed-call-notifications': 'false' });
    await first.child.stop();
    const profiling = profile === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${profile}`;
    const server = await startServer(t, {
      ...options,
      env: { ...env, NODE_OPTIONS: env.NODE_OPTIONS + diagnosed + profiling },
    });
    return new BenchServer(server, targetOf(server, secret?.tls), cleanUp);
  }

  /** "127.0.0.1:PORT". */
  get udp(): string {
    return this.#server.udp;
  }

  get mail(): string {
    return join(this.data, 'mail');
  }

  usage(): Usage {
    return usageOf(this.#server.child.process.pid ?? 0);
  }

  /** Changes the call limit while it runs. */
  limitCalls(calls: number): Promise<void> {
    return this.#setLimit('calls', calls);
  }

  /** Changes how many calls may begin in a second, as an administrator does who knows what his machine can do; none when not given. */
  pace(callsPerSecond = NO_PACE): Promise<void> {
    return this.#setLimit('callsPerSecond', callsPerSecond);
  }

  async #setLimit(name: string, value: number): Promise<void> {
    const file = join(this.data, 'test.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(new RegExp(`(\\n {2}${name}: )\\d+`), `$1${value}`));
    const heard = this.#server.child.prints(/configuration read again/);
    this.#server.child.process.kill('SIGHUP');
    await heard;
  }

  async metrics(): Promise<Metrics> {
    const text = await (await fetch(`${this.#server.health}/metrics`)).text();
    const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }

  /**
   * Makes the main thread throw away all its garbage: that is the first thing V8 does for a heap snapshot, which is thrown away too.
   * The server stands still meanwhile.
   */
  async collectGarbage(): Promise<void> {
    this.#server.child.process.kill('SIGUSR2');
    let size = -1;
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      await new Promise(resolve => setTimeout(resolve, LOOK_MILLIS));
      const file = readdirSync(this.data).find(name => name.endsWith('.heapsnapshot'));
      const now = file === undefined ? -1 : statSync(join(this.data, file)).size;
      if (file !== undefined && now > 0 && now === size) {
        rmSync(join(this.data, file));
        return;
      }
      size = now;
    }
    throw new Error('the server made no heap snapshot');
  }

  /** What the server's log says of a call. */
  linesAbout(callId: string): string {
    const lines = this.#server.child.output().split('\n');
    return lines.filter(line => line.includes(callId)).join('\n');
  }

  /** The end of its log. */
  logTail(characters = 2000): string {
    return this.#server.child.output().slice(-characters);
  }

  async stop(): Promise<void> {
    await this.#server.child.stop();
    for (const each of this.#cleanUp) await each();
  }
}

/** What a server that speaks TLS too is told, and what its callers need. Keys are exchanged in SDP, which is for TLS only. */
async function byTls(folder: string): Promise<{ sip: ConfigChange[string]; tls: TlsFiles }> {
  const authority = await makeAuthority(folder);
  const { certificate, key } = await authority.issue(NAME);
  const listen = ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0', 'tls:127.0.0.1:0'];
  const files = { certificate, key };
  return {
    sip: { listen, tls: { ...files, authorities: authority.file } },
    tls: { ...files, authority: authority.file },
  };
}

function targetOf(server: Server, tls: TlsFiles | undefined): Target {
  const transport = tls ? 'tls' : 'udp';
  const [address, port] = server.at(transport).split(':');
  const to = { transport, address, port: Number(port), ...(tls && { name: NAME }) } as const;
  return { to, extensions: EXTENSIONS, ...(tls && { tls }) };
}

async function set(
  server: Server,
  command: readonly string[],
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const options = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
  const { code, output } = await server.run(...command, ...options);
  if (code !== 0) throw new Error(`parley ${command.join(' ')} failed: ${output}`);
}
