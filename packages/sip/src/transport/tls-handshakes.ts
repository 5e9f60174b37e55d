import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { Log } from '@parley/base';
import { type CertificateIdentity, identityOf, proves } from './certificate-identity.ts';
import type { Peer } from './peer.ts';
import { PeerRefused } from './peer-refused.ts';
import { faultOf, NO_CERTIFICATE, wrongName } from './tls-faults.ts';
import { type TlsMaterial, type TlsOptions, tlsMaterial } from './tls-options.ts';

/** A connection whose handshake is over and whose peer may talk. */
export interface Secured {
  readonly socket: TLSSocket;
  /** Undefined when the peer was not asked for a certificate, or has none. */
  readonly identity: CertificateIdentity | undefined;
}

/** Told once. `PeerRefused` says what an administrator should read; any other error is an ordinary break of the connection. */
export type SecuredDone = (outcome: Secured | Error) => void;

/**
 * TLS on both sides of a connection, with certificates that can be changed while it runs: what was shaken before stays as it is.
 * Node's TLS server is used without listening, so that connections are counted and timed from their first packet on.
 */
export class TlsHandshakes {
  readonly #log: Log;
  readonly #waiting = new Map<string, SecuredDone>();
  #material: TlsMaterial;
  #server: Server;

  /** Throws `ParleyError` SIP_TLS_INVALID. */
  constructor(options: TlsOptions, log: Log) {
    this.#log = log;
    this.#material = tlsMaterial(options);
    this.#server = this.#serverOf(this.#material);
    this.#tell();
  }

  /** New handshakes follow these options. Throws `ParleyError` SIP_TLS_INVALID, and then nothing changes. */
  renew(options: TlsOptions): void {
    this.#material = tlsMaterial(options);
    this.#server = this.#serverOf(this.#material);
    this.#tell();
  }

  /** Shakes hands with a client. It takes as long as the client wants; whoever owns the socket ends it by closing that. */
  accept(socket: Socket, done: SecuredDone): void {
    const key = keyOf(socket);
    this.#waiting.set(key, done);
    socket.once('close', () => this.#take(key)?.(new Error('the connection was closed during the TLS handshake')));
    this.#server.emit('connection', socket);
  }

  /** Opens a connection and shakes hands with a server, who must prove `peer.name`, or its address when there is none. */
  connect(peer: Peer, localAddress: string | undefined, done: SecuredDone): TLSSocket {
    const expected = peer.name ?? peer.address;
    const options: ConnectionOptions & { localAddress: string | undefined } = {
      host: peer.address,
      port: peer.port,
      localAddress,
      servername: isIP(expected) === 0 ? expected : undefined,
      secureContext: this.#material.client,
      // Both checks are made below, on the whole certificate and by the rules of SIP; until then nothing is sent.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    };
    const socket = connect(options);
    let isDone = false;
    const finish: SecuredDone = outcome => {
      if (isDone) return;
      isDone = true;
      done(outcome);
    };
    socket.once('secureConnect', () => finish(checked(socket, expected)));
    socket.on('error', error => finish(isTls(error) ? new PeerRefused({ expected, ...faultOf(error) }) : error));
    socket.once('close', () => finish(new Error('the peer closed the connection during the TLS handshake')));
    return socket;
  }

  #serverOf(material: TlsMaterial): Server {
    const server = createServer(material.server);
    server.on('secureConnection', socket => {
      // Whatever breaks it from here on shows as its closing.
      socket.on('error', () => undefined);
      const done = this.#take(keyOf(socket));
      if (done) done(admitted(socket, material.clientCertificates));
      else socket.destroy();
    });
    server.on('tlsClientError', (error, socket) => {
      const refused = isTls(error) ? new PeerRefused(faultOf(error)) : error;
      this.#take(keyOf(socket))?.(refused);
    });
    return server;
  }

  #take(key: string): SecuredDone | undefined {
    const done = this.#waiting.get(key);
    this.#waiting.delete(key);
    return done;
  }

  #tell(): void {
    const { certificate, clientCertificates } = this.#material;
    const { domains, addresses } = identityOf(certificate);
    const facts = { names: [...domains, ...addresses], until: certificate.validTo, clientCertificates };
    this.#log.info('sip tls certificate', facts);
  }
}

/** What a client has shown, by what is asked of clients. */
function admitted(socket: TLSSocket, asked: TlsMaterial['clientCertificates']): Secured | PeerRefused {
  if (asked === 'none') return { socket, identity: undefined };
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return asked === 'required' ? new PeerRefused(NO_CERTIFICATE) : { socket, identity: undefined };
  return valid(socket, certificate) ?? { socket, identity: identityOf(certificate) };
}

function checked(socket: TLSSocket, expected: string): Secured | PeerRefused {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return new PeerRefused({ ...NO_CERTIFICATE, expected });
  const invalid = valid(socket, certificate, expected);
  if (invalid) return invalid;
  const identity = identityOf(certificate);
  return proves(identity, expected) ? { socket, identity } : new PeerRefused(wrongName(expected, certificate));
}

/** The refusal of a certificate that OpenSSL did not find valid (RFC 5280); undefined when it did. */
function valid(socket: TLSSocket, certificate: X509Certificate, expected?: string): PeerRefused | undefined {
  if (socket.authorized) return undefined;
  // Its type says Error; what stands there is the code of the verification.
  const fault = faultOf(String(socket.authorizationError), certificate);
  return new PeerRefused(expected === undefined ? fault : { ...fault, expected });
}

const isTls = (error: Error): boolean =>
  'library' in error || ('code' in error && String(error.code).startsWith('ERR_SSL'));

/** A connection is known by its two ends while Node makes one socket out of another. */
const keyOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
