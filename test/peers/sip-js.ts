import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { decodeG711 } from '@parley/media';
import { Inviter, SessionState, UserAgent } from 'sip.js';

/** sip.js, the SIP stack of many a web page, outside of one: it speaks over the WebSocket of this runtime. */
export interface SipJs {
  /** Asks by OPTIONS, outside of a call; resolves with the status of the answer. */
  ask(uri: string): Promise<number>;
  /** Calls; resolves when the call is answered. Its sound is plain RTP in PCMU. */
  call(uri: string): Promise<SipJsCall>;
}

export interface SipJsCall {
  /** What it heard so far, 8 kHz. */
  heard(): Int16Array;
  /** Ends it by BYE; resolves with the status of the answer. */
  hangUp(): Promise<number>;
}

const RTP_HEADER = 12;

/** The media of one call: the descriptions that sip.js asks for, and what the packets hold. */
class PlainMedia {
  readonly #socket = createSocket('udp4');
  readonly #payloads: Buffer[] = [];

  async getDescription() {
    this.#socket.on('message', packet => void this.#payloads.push(packet.subarray(RTP_HEADER)));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    const { address, port } = this.#socket.address();
    const lines = [`o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0', `m=audio ${port} RTP/AVP 0`];
    return { body: `v=0\r\n${lines.join('\r\n')}\r\n`, contentType: 'application/sdp' };
  }

  hasDescription(type: string): boolean {
    return type === 'application/sdp';
  }

  async setDescription(sdp: string): Promise<void> {
    if (!/^m=audio [1-9]\d* RTP\/AVP 0/m.test(sdp)) throw new Error(`no answer to PCMU: ${sdp}`);
  }

  sendDtmf(): boolean {
    return false;
  }

  heard(): Int16Array {
    const coded = Buffer.concat(this.#payloads);
    const samples = new Int16Array(coded.length);
    decodeG711('PCMU', coded, samples);
    return samples;
  }

  close(): void {
    this.#socket.close();
  }
}

/** Starts sip.js on a WebSocket, such as "ws://127.0.0.1:8080"; rejects when it does not open. */
export async function startSipJs(t: TestContext, server: string): Promise<SipJs> {
  const agent = new UserAgent({
    uri: uriOf('sip:page@parley.test'),
    transportOptions: { server },
    logBuiltinEnabled: false,
    sessionDescriptionHandlerFactory: () => new PlainMedia(),
  });
  t.after(() => agent.stop());
  await agent.start();
  return {
    ask(uri) {
      const { userAgentCore: core, configuration } = agent;
      const request = core.makeOutgoingRequestMessage('OPTIONS', uriOf(uri), configuration.uri, uriOf(uri), {});
      return new Promise(resolve => {
        const told = ({ message }: { message: { statusCode?: number } }) => resolve(message.statusCode ?? 0);
        core.request(request, { onAccept: told, onReject: told });
      });
    },
    async call(uri) {
      const inviter = new Inviter(agent, uriOf(uri));
      const established = new Promise<void>((resolve, reject) => {
        inviter.stateChange.addListener(state => {
          if (state === SessionState.Established) resolve();
          else if (state === SessionState.Terminated) reject(new Error('the call ended before it was answered'));
        });
      });
      await inviter.invite();
      await established;
      const media = inviter.sessionDescriptionHandler;
      if (!(media instanceof PlainMedia)) throw new Error('the call has media of somebody else');
      return {
        heard: () => media.heard(),
        hangUp: () =>
          new Promise(resolve => {
            const told = ({ message }: { message: { statusCode?: number } }) => resolve(message.statusCode ?? 0);
            void inviter.bye({ requestDelegate: { onAccept: told, onReject: told } });
          }),
      };
    },
  };
}

function uriOf(text: string) {
  const uri = UserAgent.makeURI(text);
  if (!uri) throw new Error(`${text} is no URI for sip.js`);
  return uri;
}
