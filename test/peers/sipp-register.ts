import { scenario } from './sipp.ts';
import { DOMAIN, passwordOf } from './switchboard.ts';

/**
 * One who registers, is called by himself through the proxy at another SIPp, and goes; who he is stands in the file of users. He waits a second before his BYE:
 * on a machine that stood still a BYE may overtake its ACK, which telephones take and SIPp does not.
 */
export function registersAndCalls(): string {
  const secret = '[field1]';
  const me = `<sip:[field0]@${DOMAIN}>`;
  const register = (cseq: number, { seconds = 60, authorization = '' } = {}) =>
    request('REGISTER', {
      uri: `sip:${DOMAIN}`,
      cseq,
      callId: 'reg///[call_id]',
      to: me,
      lines: [
        `Contact: <sip:[field0]@[field2];transport=[field3]>;expires=${seconds}`,
        ...(authorization ? [authorization] : []),
      ],
    });
  const invite = (cseq: number) =>
    request('INVITE', {
      uri: `sip:[field0]@${DOMAIN}`,
      cseq,
      to: me,
      lines: ['Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>'],
      body: ['v=0', 'o=- 1 1 IN IP4 [local_ip]', 's=-', 'c=IN IP4 [local_ip]', 't=0 0', 'm=audio 6000 RTP/AVP 0'],
    });
  const inDialog = (method: string, cseq: number) =>
    request(method, { uri: '[next_url]', cseq, to: `${me}[peer_tag_param]`, lines: ['[routes]'] });
  return scenario(`
  ${register(1)}
  <recv response="401" auth="true"/>
  ${register(2, { authorization: secret })}
  <recv response="200"/>
  ${invite(3)}
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true"/>
  ${inDialog('ACK', 3)}
  <pause milliseconds="1000"/>
  ${inDialog('BYE', 4)}
  <recv response="200"/>
  ${register(5, { seconds: 0 })}
  <recv response="401" auth="true"/>
  ${register(6, { seconds: 0, authorization: secret })}
  <recv response="200"/>`);
}

/** A line of the file of users: a user, and where he is to be called, "host:port". */
export const userLine = (user: string, answerer: string, transport: 'udp' | 'tcp'): string =>
  `${user};[authentication username=${user} password=${passwordOf(user)}];${answerer};${transport}`;

/** Takes a call, and waits for its end; a BYE whose answer was lost is answered again (RFC 3261 17.2.2, timer J), which SIPp does only as long as it is told to. */
export const ANSWERS = scenario(`
  <recv request="INVITE" rrs="true"/>
  ${response(180)}
  ${response(200, ['v=0', 'o=- 1 1 IN IP4 [local_ip]', 's=-', 'c=IN IP4 [local_ip]', 't=0 0', 'm=audio 6002 RTP/AVP 0'])}
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[\n\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>
  <timewait milliseconds="5000"/>`);

interface Request {
  readonly uri: string;
  readonly cseq: number;
  readonly to: string;
  readonly callId?: string;
  readonly lines?: readonly string[];
  readonly body?: readonly string[];
}

function request(method: string, { uri, cseq, to, callId = '[call_id]', lines = [], body }: Request): string {
  const text = [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
    `From: <sip:[field0]@${DOMAIN}>;tag=[pid]t[call_number]`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
    ...lines,
    ...(body ? ['Content-Type: application/sdp', 'Content-Length: [len]', '', ...body] : ['Content-Length: 0']),
  ];
  return `<send${method === 'ACK' ? '' : ' retrans="500"'}><![CDATA[\n\n${text.join('\n')}\n\n]]></send>`;
}

function response(status: number, body?: readonly string[]): string {
  const text = [
    `SIP/2.0 ${status} Whatever`,
    ...['Via', 'From', 'Record-Route', 'Call-ID', 'CSeq'].map(name => `[last_${name}:]`),
    '[last_To:];tag=[pid]u[call_number]',
    'Contact: <sip:[local_ip]:[local_port];transport=[transport]>',
    ...(body ? ['Content-Type: application/sdp', 'Content-Length: [len]', '', ...body] : ['Content-Length: 0']),
  ];
  return `<send${status < 200 ? '' : ' retrans="500"'}><![CDATA[\n\n${text.join('\n')}\n\n]]></send>`;
}
