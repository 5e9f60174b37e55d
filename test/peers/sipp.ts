import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, start } from './child.ts';
import { freePort, freePorts } from './ports.ts';

export interface SippRun {
  readonly program: string;
  readonly folder: string;
  /** "127.0.0.1:5070". */
  readonly target: string;
  /** What is dialled. */
  readonly number: string;
  readonly transport: 'udp' | 'tcp';
  readonly scenario: string;
  readonly calls?: number;
  /** What its credentials are for, without "sip:"; its target when left out. */
  readonly authUri?: string;
  /** Lines of "field0;field1", taken one after the other by its calls. */
  readonly users?: readonly string[];
  /** Calls a second. */
  readonly rate?: number;
  /** Its own; a free one when left out. */
  readonly port?: number;
  /** Its own address, for SIP and sound; '127.0.0.1' when left out. */
  readonly address?: string;
}

/** Runs a SIPp scenario; resolves with the exit code, 0 when every call went as the scenario says. */
export async function runSipp(t: TestContext, run: SippRun): Promise<{ code: number | string; output: string }> {
  const child = await startSipp(t, run);
  const code = await child.ended;
  return { code, output: child.output() + errorsOf(run.folder) };
}

/** What it writes about calls that did not go as they should; the file is only there when there were some. */
function errorsOf(folder: string): string {
  const file = join(folder, 'errors.log');
  return existsSync(file) ? readFileSync(file, 'latin1').slice(0, 3000) : '';
}

/** Starts it and does not wait. */
export async function startSipp(t: TestContext, run: SippRun): Promise<Child> {
  mkdirSync(run.folder, { recursive: true });
  const file = join(run.folder, 'scenario.xml');
  writeFileSync(file, run.scenario);
  const { address = '127.0.0.1' } = run;
  const port = run.port ?? (await freePort(address));
  // Sound, its RTCP, and the same of a picture that is never sent.
  const media = await freePorts(4, address);
  const args = ['-sf', file, '-s', run.number, '-i', address, '-p', String(port), '-mi', address, '-mp', String(media)];
  args.push('-m', String(run.calls ?? 1), '-r', String(run.rate ?? 10), '-t', run.transport === 'udp' ? 'u1' : 't1');
  if (run.authUri !== undefined) args.push('-auth_uri', run.authUri);
  if (run.users) {
    const users = join(run.folder, 'users.csv');
    writeFileSync(users, `${['SEQUENTIAL', ...run.users].join('\n')}\n`);
    args.push('-inf', users);
  }
  args.push(
    '-nostdin',
    '-trace_err',
    '-error_file',
    join(run.folder, 'errors.log'),
    '-timeout',
    '60s',
    '-timeout_error',
    run.target,
  );
  return start(t, run.program, args, { cwd: run.folder });
}

/** A caller who waits for the tone, plays a file of raw mu-law, and hangs up. Times in milliseconds. */
export function leaveMessage(options: {
  readonly audio: string;
  readonly greetingMillis: number;
  readonly speakMillis: number;
  readonly display?: string;
}): string {
  const { audio, greetingMillis, speakMillis, display = 'Carol Jones' } = options;
  return scenario(`
  ${invite(`"${display}" &lt;sip:+15550100@pbx.example.com&gt;`)}
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true"/>
  ${inDialog('ACK')}
  <pause milliseconds="${greetingMillis}"/>
  <nop><action><exec rtp_stream="${audio},1,0"/></action></nop>
  <pause milliseconds="${speakMillis}"/>
  ${inDialog('BYE')}
  <recv response="200"/>`);
}

/** A caller who hangs up so long after the answer, without having said anything. */
export function hangUpDuringGreeting(millis: number): string {
  return scenario(`
  ${invite(CAROL)}
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true"/>
  ${inDialog('ACK')}
  <pause milliseconds="${millis}"/>
  ${inDialog('BYE')}
  <recv response="200"/>`);
}

/** A caller who is refused with `status`. */
export function refused(status: number, sdpFormats = '0 8 101'): string {
  return scenario(`
  ${invite(CAROL, { formats: sdpFormats })}
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="${status}"/>
  ${send('ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\nCSeq: 1 ACK\nMax-Forwards: 70\nContent-Length: 0')}`);
}

export const CAROL = '"Carol Jones" &lt;sip:+15550100@pbx.example.com&gt;';

/** A scenario of these steps, XML. */
export function scenario(steps: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n<scenario name="parley">${steps}\n</scenario>\n`;
}

function send(message: string): string {
  return `<send><![CDATA[\n\n${message}\n\n]]></send>`;
}

/** An INVITE, with further header lines, and further lines of its description. */
export function invite(
  from: string,
  {
    formats = '0 8 101',
    headers = [],
    description = [],
    transaction,
  }: Pick<InDialog, 'headers' | 'description' | 'transaction'> & { formats?: string } = {},
): string {
  const plain = from.replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  return `<send retrans="500"${transaction === undefined ? '' : ` start_txn="${transaction}"`}><![CDATA[

INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: ${plain};tag=[pid]sipp[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
${headers.map(line => `${line}\n`).join('')}Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP ${formats}
${formats.includes('101') ? 'a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\n' : ''}a=ptime:20
${description.map(line => `${line}\n`).join('')}
]]></send>`;
}

/** What a request has beyond its method. */
export interface InDialog {
  /** 2 when left out; 1 for ACK. */
  readonly cseq?: number;
  readonly headers?: readonly string[];
  /** Lines of a session description; none when left out. */
  readonly description?: readonly string[];
  /** Names its transaction, for answers that could be to something else. */
  readonly transaction?: string;
}

export function inDialog(method: 'ACK' | 'BYE' | 'INVITE' | 'PRACK' | 'UPDATE', options: InDialog = {}): string {
  const { cseq = method === 'ACK' ? 1 : 2, headers = [], description, transaction } = options;
  const contact = 'Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>';
  const body = description ? ['Content-Type: application/sdp', 'Content-Length: [len]', '', ...description] : undefined;
  const lines = [...(method === 'INVITE' ? [contact] : []), ...headers, ...(body ?? ['Content-Length: 0'])];
  const attribute = method === 'ACK' ? 'ack_txn' : 'start_txn';
  const start = transaction === undefined ? '' : ` ${attribute}="${transaction}"`;
  return `<send${method === 'ACK' ? '' : ' retrans="500"'}${start}><![CDATA[

${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:+15550100@pbx.example.com>;tag=[pid]sipp[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Max-Forwards: 70
${lines.join('\n')}

]]></send>`;
}
