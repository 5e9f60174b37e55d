import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, start } from './child.ts';
import { freePort } from './ports.ts';
import { writeWavFile } from './sound.ts';
import { DOMAIN, passwordOf, type RegisteredPhoneOptions } from './switchboard.ts';
import { until } from './until.ts';

/** Seconds: at the end of the file that it plays it would hang up. */
const LONGEST_CALL = 60;

export interface BaresipPhoneOptions extends RegisteredPhoneOptions {
  /** Further parameters of its account, such as "sipnat=outbound". */
  readonly account?: readonly string[];
  /** Further lines of its configuration. */
  readonly config?: readonly string[];
}

/** What happened, as baresip says it. */
export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
  readonly peeruri?: string;
}

/** A baresip that is registered, takes and places calls, and is told what to do by its control port. */
export class BaresipPhone {
  readonly child: Child;
  readonly events: BaresipEvent[] = [];
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);

  private constructor(child: Child, socket: Socket) {
    this.child = child;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#add(chunk));
  }

  /** Starts it; resolves when it can be told what to do. */
  static async starts(t: TestContext, options: BaresipPhoneOptions): Promise<BaresipPhone> {
    const { program, folder } = options;
    mkdirSync(folder, { recursive: true });
    const control = await freePort();
    writeFileSync(join(folder, 'config'), `${(await configOf(options, control)).join('\n')}\n`);
    writeFileSync(join(folder, 'accounts'), `${accountOf(options)}\n`);
    writeFileSync(join(folder, 'contacts'), '');
    const child = start(t, program, ['-f', folder, '-s', '-v']);
    await child.prints(/ctrl_tcp: TCP socket listening|baresip is ready/);
    const socket = connect(control, '127.0.0.1');
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return new BaresipPhone(child, socket);
  }

  /** Gives a command, such as "dial". */
  tell(command: string, params = ''): void {
    const text = JSON.stringify({ command, params });
    this.#socket.write(`${text.length}:${text},`);
  }

  /** Waits for an event, the `count`-th of its kind. */
  happens(type: string, count = 1, seconds = 10): Promise<BaresipEvent> {
    return until(
      `${type} (${count}), not only ${JSON.stringify(this.events)}`,
      () => this.events.filter(event => event.type === type)[count - 1],
      seconds,
    );
  }

  /** Netstrings of JSON. */
  #add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const colon = this.#bytes.indexOf(':');
      const length = Number(this.#bytes.toString('latin1', 0, Math.max(colon, 0)));
      if (colon < 0 || this.#bytes.length < colon + length + 2) return;
      const said = JSON.parse(this.#bytes.toString('utf8', colon + 1, colon + 1 + length));
      this.#bytes = this.#bytes.subarray(colon + length + 2);
      if (said.event) this.events.push(said);
    }
  }
}

async function configOf(options: BaresipPhoneOptions, control: number): Promise<string[]> {
  const { authority, config = [], folder } = options;
  const wav = join(folder, 'say.wav');
  writeWavFile(wav, new Int16Array(8000 * LONGEST_CALL));
  return [
    `sip_listen 127.0.0.1:${await freePort()}`,
    ...(authority ? [`sip_cafile ${authority.file}`] : []),
    'net_interface 127.0.0.1',
    'rtp_ports 18200-18400',
    `audio_source aufile,${wav}`,
    'audio_alert aufile,none.wav',
    'module_path /usr/lib/baresip/modules',
    ...config,
    ...['g711.so', 'aufile.so', 'account.so', 'menu.so', 'ctrl_tcp.so'].map(each => `module ${each}`),
    `ctrl_tcp_listen 127.0.0.1:${control}`,
  ];
}

function accountOf({ user, proxy, transport = 'udp', answers = false, account = [] }: BaresipPhoneOptions): string {
  const parameters = [
    `auth_user=${user}`,
    `auth_pass=${passwordOf(user)}`,
    `outbound="sip:${proxy};transport=${transport}"`,
    `answermode=${answers ? 'auto' : 'manual'}`,
    'audio_codecs=PCMU/8000/1',
    'regint=120',
    ...account,
  ];
  return `<sip:${user}@${DOMAIN};transport=${transport}>;${parameters.join(';')}`;
}
