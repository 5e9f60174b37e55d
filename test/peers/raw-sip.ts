import { connect } from 'node:net';

/** What is written by hand: a call to `number`, as text without Content-Length. */
export interface RawCall {
  readonly number: string;
  readonly callId: string;
  readonly from?: string;
}

/** An INVITE with an offer of G.711, to be sent over TCP. */
export function rawInvite(call: RawCall): string {
  const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
  return `${head(call, 'INVITE')}Contact: <sip:raw@127.0.0.1:9;transport=tcp>\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
}

/** The CANCEL for that INVITE. */
export function rawCancel(call: RawCall, reason?: string): string {
  return `${head(call, 'CANCEL')}${reason === undefined ? '' : `Reason: ${reason}\r\n`}Content-Length: 0\r\n\r\n`;
}

/** An OPTIONS request. */
export function rawOptions(callId: string): string {
  return `${head({ number: 'ping', callId }, 'OPTIONS')}Content-Length: 0\r\n\r\n`;
}

function head({ number, callId, from = '"Bob Jones" <sip:5550123@pbx.example.com>' }: RawCall, method: string): string {
  const lines = [
    `${method} sip:${number}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${callId}`,
    `From: ${from};tag=raw`,
    `To: <sip:${number}@127.0.0.1>`,
    `Call-ID: ${callId}`,
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Sends text in one piece over TCP; resolves with all that was answered once `enough` says so, and fails after 20 s. */
export function exchange(server: string, text: string, enough: (answered: string) => boolean): Promise<string> {
  const [host, port] = server.split(':');
  return new Promise((resolve, reject) => {
    let answered = '';
    const socket = connect(Number(port), host, () => socket.write(text));
    const fail = (why: string) => finish(() => reject(new Error(`${why}; answered so far:\n${answered}`)));
    const limit = setTimeout(() => fail('no answer within 20 s'), 20_000);
    const finish = (settle: () => void) => {
      clearTimeout(limit);
      socket.destroy();
      settle();
    };
    socket.on('data', chunk => {
      answered += chunk.toString('latin1');
      if (enough(answered)) finish(() => resolve(answered));
    });
    socket.on('error', error => fail(error.message));
    socket.on('close', () => fail('the connection was closed'));
  });
}

/** The final answer to one OPTIONS request: its status and headers. */
export async function ping(server: string): Promise<{ readonly status: number; readonly text: string }> {
  const text = await exchange(server, rawOptions(`ping-${Math.random().toString(36).slice(2)}`), answered =>
    answered.includes('\r\n\r\n'),
  );
  return { status: Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1]), text };
}
