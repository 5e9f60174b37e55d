import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { defer } from '@parley/base';
import type { DtlsOptions } from '../src/dtls/dtls-endpoint.ts';
import { DtlsServer } from '../src/dtls/dtls-server.ts';
import { makeIdentity } from '../src/dtls/identity.ts';
import type { Fingerprint } from '../src/sdp/dtls-attributes.ts';
import type { SrtpSecurity } from '../src/srtp/suites.ts';

export type KeyKind = 'ec' | 'rsa';

/** A certificate that OpenSSL made, with its key. */
export interface ClientFiles {
  readonly certificate: string;
  readonly key: string;
  readonly fingerprint: Fingerprint;
}

const KEY_OPTIONS = { ec: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], rsa: ['rsa:2048'] } as const;

/** Has OpenSSL make a certificate. */
export function clientFiles(t: TestContext, kind: KeyKind = 'ec'): ClientFiles {
  const folder = mkdtempSync(join(tmpdir(), 'parley-dtls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
  const files = ['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=phone'];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-newkey', ...KEY_OPTIONS[kind], ...files], { stdio: 'ignore' });
  const { raw } = new X509Certificate(readFileSync(certificate));
  const bytes = Uint8Array.from(createHash('sha256').update(raw).digest());
  return { certificate, key, fingerprint: { hash: 'sha-256', bytes } };
}

/** How a handshake ended. */
export type Ended = { readonly security: SrtpSecurity } | { readonly failed: string };

/** Our end on a UDP port, with something between the network and it. */
export interface OpenEnd {
  readonly port: number;
  readonly server: DtlsServer;
  readonly ended: Promise<Ended>;
  /** Datagrams that were sent. */
  readonly sent: Uint8Array[];
}

/** What a test puts between the network and our end; lets everything through by default. */
export interface Meddling {
  /** The datagrams that come of one that came. */
  readonly incoming?: (datagram: Uint8Array) => readonly Uint8Array[];
  readonly outgoing?: (datagram: Uint8Array) => readonly Uint8Array[];
}

const asItIs = (datagram: Uint8Array) => [datagram];

/** A `DtlsServer` that waits on 127.0.0.1 for one client. */
export async function openEnd(
  t: TestContext,
  fingerprints: readonly Fingerprint[],
  { incoming = asItIs, outgoing = asItIs }: Meddling = {},
): Promise<OpenEnd> {
  const socket: Socket = createSocket('udp4');
  const ended = defer<Ended>();
  const sent: Uint8Array[] = [];
  let peer = { port: 0, address: '' };
  const options: DtlsOptions = {
    identity: makeIdentity(Date.now()),
    fingerprints,
    send: datagram => {
      sent.push(Uint8Array.from(datagram));
      for (const each of outgoing(datagram)) socket.send(each, peer.port, peer.address);
    },
    keyed: security => ended.resolve({ security }),
    failed: failed => ended.resolve({ failed }),
  };
  const server = new DtlsServer(options);
  socket.on('message', (bytes, from) => {
    peer = from;
    for (const each of incoming(bytes)) server.datagram(each, performance.now());
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const timer = setInterval(() => server.elapse(performance.now()), 20);
  t.after(() => {
    clearInterval(timer);
    socket.close();
  });
  return { port: socket.address().port, server, ended: ended.promise, sent };
}

/** `openssl s_client` as a DTLS 1.2 client that offers these profiles. */
export function startClient(
  t: TestContext,
  port: number,
  options: { readonly files?: ClientFiles; readonly profiles?: string; readonly extra?: readonly string[] },
): { readonly process: ChildProcess; readonly output: () => string } {
  const { files, profiles = 'SRTP_AES128_CM_SHA1_80', extra = [] } = options;
  const shown = files ? ['-cert', files.certificate, '-key', files.key] : [];
  const exported = ['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', '60'];
  const words = ['s_client', '-dtls1_2', '-connect', `127.0.0.1:${port}`, '-use_srtp', profiles, ...shown, ...exported];
  const child = spawn('openssl', [...words, ...extra], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  t.after(() => child.kill());
  return { process: child, output: () => output };
}

/** The keying material that the client exported, when it has printed it. */
export async function exportedBy({ process: child, output }: ReturnType<typeof startClient>): Promise<string> {
  for (;;) {
    const found = /Keying material: ([0-9A-F]+)/.exec(output());
    if (found) return found[1].toLowerCase();
    if (child.exitCode !== null) throw new Error(`openssl ended: ${output()}`);
    await once(child.stdout ?? child, 'data');
  }
}
