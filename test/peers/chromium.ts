import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';

const MODULES = join(import.meta.dirname, '../../node_modules');

/** The page: a telephone of sip.js. What it shows to a test hangs on `window.phone`. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>phone</title><link rel="icon" href="data:,"><script type="module">
import { Inviter, SessionState, UserAgent } from '/sip.js/lib/index.js';
const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const RATE = 8000;
const heard = [];
let session;
function listen(peerConnection) {
  const stream = new MediaStream(peerConnection.getReceivers().map(receiver => receiver.track));
  // Chromium decodes what comes only for who plays it.
  const speaker = new Audio();
  speaker.srcObject = stream;
  speaker.play();
  const context = new AudioContext({ sampleRate: RATE });
  const ear = context.createScriptProcessor(1024, 1, 1);
  ear.onaudioprocess = ({ inputBuffer }) => heard.push(...Int16Array.from(inputBuffer.getChannelData(0), x => x * 32767));
  context.createMediaStreamSource(stream).connect(ear);
  ear.connect(context.destination);
}
window.phone = {
  async call({ server, target }) {
    const agent = new UserAgent({
      uri: UserAgent.makeURI('sip:page@parley.test'),
      transportOptions: { server },
      logBuiltinEnabled: false,
    });
    await agent.start();
    session = new Inviter(agent, UserAgent.makeURI(target), { sessionDescriptionHandlerOptions: { constraints: { audio: plain, video: false } } });
    const established = new Promise((resolve, reject) => {
      session.stateChange.addListener(state => {
        if (state === SessionState.Established) resolve();
        if (state === SessionState.Terminated) reject(new Error('the call ended before it was answered'));
      });
    });
    const delegate = { onSessionDescriptionHandler: handler => handler.peerConnectionDelegate = { ontrack: () => listen(handler.peerConnection) } };
    session.delegate = delegate;
    await session.invite();
    await established;
    const { peerConnection } = session.sessionDescriptionHandler;
    await new Promise(resolve => {
      const look = () => peerConnection.connectionState === 'connected' && resolve();
      peerConnection.addEventListener('connectionstatechange', look);
      look();
    });
  },
  async hold(held) {
    session.sessionDescriptionHandlerOptionsReInvite = { hold: held };
    await new Promise((resolve, reject) => {
      const refused = ({ message }) => reject(new Error('held: ' + message.statusCode));
      session.invite({ requestDelegate: { onAccept: resolve, onReject: refused } });
    });
  },
  async statistics() {
    const { peerConnection } = session.sessionDescriptionHandler;
    const all = [...(await peerConnection.getStats()).values()];
    const of = type => all.find(each => each.type === type);
    const codec = all.find(each => each.id === of('inbound-rtp')?.codecId);
    return {
      packets: of('inbound-rtp')?.packetsReceived ?? 0,
      codec: codec?.mimeType,
      srtp: of('transport')?.srtpCipher,
      dtls: of('transport')?.tlsVersion,
    };
  },
  heard: () => heard.splice(0),
  async hangUp() {
    await session.bye();
  },
};
</script>`;

/** What a browser knows of the call that it is in. */
export interface BrowserStatistics {
  readonly packets: number;
  readonly codec?: string;
  readonly srtp?: string;
  readonly dtls?: string;
}

/** A Chromium with a page that telephones over WebSocket. */
export interface BrowserPhone {
  /** Where the page comes from, for `sip.websocketOrigins`. */
  readonly origin: string;
  /** Calls; resolves when the call is answered and its media are connected. */
  call(server: string, target: string): Promise<void>;
  /** Holds, or goes on; resolves when the server has agreed. */
  hold(held: boolean): Promise<void>;
  statistics(): Promise<BrowserStatistics>;
  /** What it heard since this was last asked, 8 kHz. */
  heard(): Promise<Int16Array>;
  hangUp(): Promise<void>;
}

/** The page and the modules that it imports, on a port of loopback. */
export async function servePage(t: Pick<TestContext, 'after'>): Promise<string> {
  const server = createServer(respond);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no port');
  return `http://localhost:${address.port}`;
}

function respond({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  const file = join(MODULES, normalize(url));
  if (url === '/') response.setHeader('content-type', 'text/html').end(PAGE);
  else if (url.startsWith('/sip.js/') && existsSync(file))
    createReadStream(file).pipe(response.setHeader('content-type', 'text/javascript'));
  else response.writeHead(404).end();
}

/**
 * Starts Chromium on the page of `origin`; its microphone says what is in the WAV file, once, from the moment of the call on. It takes any certificate, and
 * reaches nothing but this machine.
 */
export async function startChromium(
  t: Pick<TestContext, 'after'>,
  options: { readonly program: string; readonly origin: string; readonly wav: string },
): Promise<BrowserPhone> {
  const { program, origin, wav } = options;
  const browser: Browser = await chromium.launch({
    executablePath: program,
    args: [
      '--no-sandbox',
      '--ignore-certificate-errors',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      '--allow-loopback-in-peer-connection',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${wav}%noloop`,
    ],
  });
  t.after(() => browser.close());
  const page: Page = await browser.newPage();
  const lines: string[] = [];
  page.on('console', message => lines.push(message.text()));
  page.on('pageerror', error => lines.push(error.message));
  await page.goto(origin);
  await page.waitForFunction('window.phone !== undefined');
  const run = async <T>(expression: string): Promise<T> => {
    try {
      return await page.evaluate<T>(expression);
    } catch (error) {
      throw new Error(`the page failed: ${lines.join('\n')}`, { cause: error });
    }
  };
  return {
    origin,
    call: (server, target) => run(`phone.call(${JSON.stringify({ server, target })})`),
    hold: held => run(`phone.hold(${held})`),
    statistics: () => run('phone.statistics()'),
    heard: async () => Int16Array.from(await run<number[]>('phone.heard()')),
    hangUp: () => run('phone.hangUp()'),
  };
}
