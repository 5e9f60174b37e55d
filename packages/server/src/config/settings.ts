import {
  choice,
  fileMode,
  flag,
  hostAndPort,
  ipv4,
  ipv6,
  type Kind,
  list,
  listenPoint,
  optional,
  owner,
  portRange,
  text,
  webPoint,
  whole,
} from './kinds.ts';

/** One key of the configuration file. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  /** As it would stand in the file; undefined: nothing. */
  readonly default: unknown;
  readonly help: string;
  /** Takes effect at SIGHUP; the others need a restart. */
  readonly live: boolean;
}

function setting<T>(kind: Kind<T>, initial: unknown, help: string): Setting<T> {
  return { kind, default: initial, help, live: false };
}

function live<T>(kind: Kind<T>, initial: unknown, help: string): Setting<T> {
  return { kind, default: initial, help, live: true };
}

const folder = text('a path');

/**
 * Everything that belongs to this machine (design.md section 4): what an administrator sets for people and numbers lives in the
 * database instead. Paths that are not absolute are taken from the data folder. The README's reference is made from this table.
 */
export const settings = {
  node: setting(
    text('letters, digits and hyphens, at most 32', /^[A-Za-z0-9-]{1,32}$/),
    'node',
    'Name of this node: its folder in the spool, and in call records.',
  ),
  sip: {
    listen: setting(list(listenPoint), ['udp:0.0.0.0:5060', 'tcp:0.0.0.0:5060'], 'Where SIP is listened for.'),
    advertise: setting(
      optional(hostAndPort),
      undefined,
      'What peers are told to send SIP to, when this server is behind NAT.',
    ),
    maxConnections: setting(
      whole(1, 100_000),
      1000,
      'TCP, TLS and WebSocket connections at once. A quarter of them is for gateways known by address and for those that this server opens; one of a stranger over which nothing was let in makes room for the next.',
    ),
    tls: {
      certificate: setting(
        optional(folder),
        undefined,
        'PEM file: our certificate, then those of the authorities between it and the root. Needed to listen for tls and wss. Read again at SIGHUP.',
      ),
      key: setting(
        optional(folder),
        undefined,
        'PEM file: the private key of that certificate. Nobody but this server should be able to read it.',
      ),
      authorities: setting(
        optional(folder),
        undefined,
        'PEM file: authorities whose certificates are believed, of peers that call and of servers that are called. Nothing: those of the system.',
      ),
      clientCertificates: setting(
        choice('none', 'requested', 'required'),
        'requested',
        'Whether peers that connect by TLS must show a certificate (mutual TLS). `requested`: only who shows one can be a gateway by name; wss then asks for none, because browsers would break off.',
      ),
    },
    websocketOrigins: setting(
      optional(
        list(text('an origin such as `https://phone.example.org`', /^https?:\/\/[a-z0-9.-]{1,253}(:\d{1,5})?$/)),
      ),
      undefined,
      'Web pages that may connect by ws and wss. Nothing: no page may; programs, which send no Origin, may.',
    ),
    keepAliveSeconds: setting(
      whole(0, 3600, 'seconds'),
      0,
      'TCP and TLS connections that this server opened get a ping this often and are closed when no answer comes (RFC 5626): only for peers that answer such pings. 0: none.',
    ),
    reliableProvisional: setting(
      choice('never', 'supported', 'required'),
      'supported',
      'Reliable provisional responses (100rel, RFC 3262).',
    ),
    sessionTimer: {
      expires: setting(
        whole(0, 86_400, 'seconds'),
        1800,
        'A call whose other side vanished ends after so long without a refresh (RFC 4028); 0 switches session timers off.',
      ),
      minimum: setting(whole(90, 86_400, 'seconds'), 90, 'Shorter intervals are refused with 422.'),
    },
    trace: setting(
      whole(0, 100_000, 'calls'),
      1000,
      'The SIP messages of so many of the newest calls are kept in memory for `parley trace`; 0 keeps none.',
    ),
  },
  rtp: {
    address: setting(ipv4, '0.0.0.0', 'Address that media sockets are bound to.'),
    address6: setting(
      optional(ipv6),
      undefined,
      'IPv6 address that media sockets of calls by IPv6 are bound to, such as `::`. Nothing: such calls get 488.',
    ),
    advertise: setting(
      optional(ipv4),
      undefined,
      'Address written into SDP, when this server is behind NAT. Nothing: the address of this machine that packets to the caller leave from.',
    ),
    ports: setting(
      portRange,
      '20000-29999',
      'UDP ports for media, two for each call; shared out among the media threads.',
    ),
    silentSeconds: setting(
      whole(5, 3600, 'seconds'),
      60,
      'A call without RTP and RTCP for so long, and not on hold, is over; its recording is sent.',
    ),
    silenceEveryMillis: setting(
      whole(20, 1000, 'milliseconds'),
      200,
      'While nothing is said (a caller is being recorded), a packet of silence is sent this often; 20 sends every one. Fewer cost less CPU.',
    ),
    sockets: setting(
      choice('auto', 'io_uring', 'epoll', 'dgram'),
      'auto',
      'How media packets are sent and received. `auto`: the first of the others that works here; containers and old kernels often forbid `io_uring`, and `dgram`, which works everywhere, costs five times as much CPU a packet.',
    ),
    codecs: setting(
      list(choice('PCMU', 'PCMA', 'G722', 'opus')),
      ['PCMU', 'PCMA', 'G722', 'opus'],
      'Codecs we speak, best first in offers of ours; in answers the order of the caller counts. G722 and opus give messages in wideband and cost more CPU.',
    ),
    nat: setting(
      choice('strict', 'latch'),
      'strict',
      'Whether sound is taken only from where the session description says, or (`latch`) from where it comes first, when that is the address that the call came from (docs/guides/nat.md).',
    ),
    srtp: setting(
      choice('whenOffered', 'byDialPlan'),
      'whenOffered',
      'Encrypted media (SRTP) for dial plans that are not `Secured`: taken when a caller offers them by TLS, or refused.',
    ),
    threads: setting(
      optional(whole(1, 64)),
      undefined,
      'Media threads. Nothing: one for each core but one, at least one.',
    ),
  },
  limits: {
    calls: live(
      whole(1, 100_000),
      100,
      'Calls at once (MaxCallsAllowed). Beyond it new calls get 503 with Retry-After; OPTIONS is still answered 200.',
    ),
    callsPerSecond: live(
      whole(1, 10_000),
      100,
      'Calls that may begin in a second, 32 at once after a quiet time; more wait for their turn. What one core carries was measured with `npm run bench -- --only rate`.',
    ),
    waiting: live(
      whole(1, 10_000),
      50,
      'Calls that may wait for their turn (they hear nothing, or what the network plays); the next ones get 503.',
    ),
    lateMillis: live(
      whole(1, 1000, 'milliseconds'),
      15,
      'Overload: no new calls while packets leave later than this (99 of 100). Ten calls are let in all the same: so few are not the cause.',
    ),
    signallingMillis: live(
      whole(1, 10_000, 'milliseconds'),
      100,
      'Overload: no new calls while SIP messages wait longer than this, for half a second on end, before they are looked at. Ten calls are let in all the same.',
    ),
    backlogSeconds: live(
      whole(10, 1_000_000, 'seconds'),
      3600,
      'Overload: no new calls while more recorded sound than this waits to be encoded.',
    ),
    retryAfterSeconds: live(whole(1, 3600, 'seconds'), 5, 'What Retry-After says.'),
    drainSeconds: live(whole(0, 3600, 'seconds'), 300, 'After SIGTERM calls may go on for so long.'),
  },
  spool: {
    folder: setting(
      folder,
      'spool',
      'Recordings until they are delivered. Wants a disk that keeps what it said it synced.',
    ),
    fallback: setting(optional(folder), undefined, 'A folder on another disk, for when the first one fails.'),
    reserveMiB: setting(
      optional(whole(0, 1_000_000, 'MiB')),
      undefined,
      'No new recordings below this much free space. Nothing: the smaller of 5 % of the disk and 512 MiB.',
    ),
  },
  maildir: {
    root: setting(folder, 'mail', 'Mailboxes: ROOT/<domain>/<name>/{tmp,new,cur}.'),
    owner: setting(
      optional(owner),
      undefined,
      'Who owns what is written. Needed when this server runs as root: Dovecot refuses mail that belongs to root.',
    ),
    mode: setting(fileMode, '0600', 'Mode of the messages.'),
  },
  database: {
    url: setting(
      optional(
        text(
          '`postgres://USER@HOST[:PORT]/DATABASE`, without a password',
          /^postgres(ql)?:\/\/[^\s\p{Cc}:@/]{1,200}@[^\s\p{Cc}@]{1,500}$/u,
        ),
      ),
      undefined,
      'PostgreSQL for what administrators set and the history of calls (docs/guides/database.md). Nothing: SQLite in the data folder.',
    ),
    passwordFile: setting(optional(folder), undefined, 'A file that holds the password of that user.'),
    connections: setting(whole(1, 1000), 10, 'Connections to PostgreSQL at once, beside one that listens for changes.'),
  },
  speech: {
    engine: setting(
      choice('auto', 'espeak', 'pico', 'http', 'none'),
      'auto',
      'Voice of what is not recorded. `auto`: the service at `speech.url` if there is one, else Pico if `pico2wave` is installed, else the embedded espeak-ng.',
    ),
    url: setting(
      optional(text('an http or https URL', /^https?:\/\/[^\s\p{Cc}]{1,500}$/u)),
      undefined,
      'For `http`: an OpenAI-compatible speech service; `/v1/audio/speech` is added.',
    ),
    model: setting(text('a model of that service', /^[^\s\p{Cc}]{1,100}$/u), 'tts-1', 'For `http`: the model.'),
    voices: setting(
      list(text('`LANGUAGE=VOICE`', /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*=[^\p{Cc}]{1,100}$/u)),
      ['en-US=alloy', 'fr-FR=alloy'],
      'For `http`: the voice of that service for each language it is to speak.',
    ),
    keyFile: setting(optional(folder), undefined, 'For `http`: a file that holds the key of that service.'),
    cache: setting(folder, 'speech', 'Rendered prompts.'),
    music: setting(
      optional(folder),
      undefined,
      'What callers hear while they are handed on: a WAV file (16-bit PCM or G.711, at most ten minutes), played over and over. Nothing: silence.',
    ),
    prompts: setting(
      optional(folder),
      undefined,
      'Folder of languages instead of the one that comes with the program.',
    ),
  },
  http: {
    address: setting(
      ipv4,
      '127.0.0.1',
      'Where /live, /ready and /metrics are served. There is no login: keep it on loopback.',
    ),
    port: setting(whole(0, 65535), 9060, 'Its port; 0 takes any free one.'),
  },
  admin: {
    listen: setting(
      webPoint,
      'off',
      'Where administrators are served by HTTPS. `off`: only the socket `admin.sock` in the data folder. Anything but loopback is for whoever signs in, from anywhere.',
    ),
    certificate: setting(
      optional(folder),
      undefined,
      'PEM file: the certificate of that door, then those of the authorities between it and the root.',
    ),
    key: setting(optional(folder), undefined, 'PEM file: the private key of that certificate.'),
    clientAuthorities: setting(
      optional(folder),
      undefined,
      'PEM file: authorities of the certificates that administrators may sign in with. Nothing: no certificate is asked for.',
    ),
    origin: setting(
      optional(text('an https URL with nothing after the port', /^https:\/\/[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/)),
      undefined,
      'Where browsers find that door, when it is not its address.',
    ),
    requestsPerMinute: setting(
      whole(10, 1_000_000),
      1200,
      'Requests a minute of one address; more are refused with 429.',
    ),
    url: setting(
      optional(text('an https URL with nothing after the port', /^https:\/\/[A-Za-z0-9.-]{1,253}(:\d{1,5})?\/?$/)),
      undefined,
      'The door of another node that administers this system: commands on this machine are passed on to it, and nothing is administered here.',
    ),
    tokenFile: setting(
      optional(folder),
      undefined,
      'For `admin.url`: a file that holds the API token that lets this node in.',
    ),
    authorities: setting(
      optional(folder),
      undefined,
      'For `admin.url`: PEM file of the authorities of its certificate. Nothing: those of the system.',
    ),
    oidc: {
      issuer: setting(
        optional(text('an https URL', /^https?:\/\/[\x21-\x7e]{1,500}$/)),
        undefined,
        "The organisation's own sign-in service (OpenID Connect): its issuer. Plain http on this machine only. Nothing: nobody signs in that way.",
      ),
      clientId: setting(optional(text('a text')), undefined, 'What this server is called there.'),
      clientSecretFile: setting(
        optional(folder),
        undefined,
        'A file that holds the secret of that client. Nothing: a public client, proved by PKCE alone.',
      ),
      scope: setting(
        optional(text('words', /^[\x21-\x7e ]{1,200}$/)),
        undefined,
        'What is asked for beside `openid`. Nothing: `profile email`.',
      ),
      groupsClaim: setting(
        optional(text('a word', /^[\x21-\x7e]{1,200}$/)),
        undefined,
        'The claim with the groups of a person.',
      ),
      groups: setting(
        optional(list(text('`VALUE = ROLE GROUP`', /^[^=\p{Cc}]{1,200}=[^=\p{Cc}]{1,100}$/u))),
        undefined,
        'Role groups by the values of that claim: `um-admins = UM Management`. Whoever has none of them and is no administrator by `Set-Administrator` is nobody here.',
      ),
    },
  },
  log: {
    level: live(choice('debug', 'info', 'warn', 'error'), 'info', 'Least important line that is still written.'),
    maskNumbers: live(flag, true, 'Star out the middle of telephone numbers.'),
  },
} as const satisfies SettingTree;

interface SettingTree {
  readonly [key: string]: Setting<unknown> | SettingTree;
}

type ValueOf<Each> = Each extends Setting<infer T> ? T : { readonly [Key in keyof Each]: ValueOf<Each[Key]> };

/** The configuration, read and checked. */
export type Config = ValueOf<typeof settings>;
