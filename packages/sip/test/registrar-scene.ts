import { createHash } from 'node:crypto';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import {
  type Answer,
  createRegistrar,
  MemoryBindings,
  type Peer,
  parseMessage,
  type Registrar,
  type RegistrarOptions,
  type SipRequest,
} from '../src/index.ts';

export const DOMAIN = 'example.org';
export const PHONE: Peer = { transport: 'udp', address: '10.0.0.2', port: 5060 };

/** What varies between REGISTERs. */
export interface RegisterText {
  readonly user?: string;
  /** Header lines; `Contact` too. */
  readonly extra?: readonly string[];
  readonly contact?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly from?: string;
  readonly to?: string;
  readonly uri?: string;
  /** More Vias than the phone's. */
  readonly proxied?: boolean;
}

export function registerText(parts: RegisterText = {}): string {
  const { user = 'ann', callId = 'reg1', cseq = 1, uri = `sip:${DOMAIN}`, contact, extra = [], proxied } = parts;
  const lines = [
    `REGISTER ${uri} SIP/2.0`,
    ...(proxied ? ['Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKp'] : []),
    `Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK${callId}${cseq}`,
    'Max-Forwards: 70',
    `From: <${parts.from ?? `sip:${user}@${DOMAIN}`}>;tag=f`,
    `To: <${parts.to ?? `sip:${user}@${DOMAIN}`}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    ...(contact === undefined ? [] : [`Contact: ${contact}`]),
    ...extra,
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export function requestOf(text: string): SipRequest {
  const message = parseMessage(Buffer.from(text, 'latin1'));
  if (message.kind !== 'request') throw new Error('no request');
  return message;
}

export interface RegistrarScene {
  readonly clock: FakeClock;
  readonly bindings: MemoryBindings;
  readonly registrar: Registrar;
  readonly lines: ReturnType<typeof memoryLog>['lines'];
  register(parts?: RegisterText, source?: Peer): Promise<Answer>;
  /** The Contacts of an answer, in order. */
  contacts(answer: Answer): readonly string[];
}

export function registrarScene(options: Partial<RegistrarOptions> = {}): RegistrarScene {
  const clock = new FakeClock();
  const log = memoryLog();
  const bindings = new MemoryBindings({ clock });
  const registrar = createRegistrar({ clock, log, bindings, domains: [DOMAIN], ...options });
  return {
    clock,
    bindings,
    registrar,
    lines: log.lines,
    async register(parts, source = PHONE) {
      const answer = await registrar.answer(requestOf(registerText(parts)), source);
      if (!answer) throw new Error('the registrar has left it to others');
      return answer;
    },
    contacts: answer => valuesOf(answer, 'Contact'),
  };
}

export const valuesOf = ({ headers = [] }: Answer, name: string): readonly string[] =>
  headers.filter(([one]) => one === name).map(([, value]) => value);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** Credentials for a challenge (RFC 7616 section 3.4), made here and not by the code that checks them. */
export function credentialsFor(challenge: string, { user, password }: Account, nc = 1): string {
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const uri = `sip:${DOMAIN}`;
  const count = nc.toString(16).padStart(8, '0');
  const secret = sha256(`${user}:${realm}:${password}`);
  const response = sha256(`${secret}:${nonce}:${count}:c0:auth:${sha256(`REGISTER:${uri}`)}`);
  const common = `username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`;
  return `Authorization: Digest ${common}, algorithm=SHA-256, qop=auth, nc=${count}, cnonce="c0"`;
}
