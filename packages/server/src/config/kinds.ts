import { isIP } from 'node:net';

/** How one value of the configuration file is read. `parse` gives the value, or throws a sentence that says what is allowed. */
export interface Kind<T> {
  /** What is allowed, for the reference and for errors: "a whole number from 1 to 64". */
  readonly allowed: string;
  parse(value: unknown): T;
}

/** Which value of a list is not allowed. */
export interface ListEntry {
  /** The first is 1. */
  readonly number: number;
  readonly value: unknown;
}

/** Thrown by `Kind.parse`; the reader adds the key and the value. */
export class NotAllowed extends Error {
  readonly entry: ListEntry | undefined;

  constructor(allowed: string, entry?: ListEntry) {
    super(allowed);
    this.entry = entry;
  }
}

/** A whole number within a range. */
export function whole(from: number, to: number, unit = ''): Kind<number> {
  const allowed = `a whole number from ${from} to ${to}${unit && ` (${unit})`}`;
  return {
    allowed,
    parse(value) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to)
        throw new NotAllowed(allowed);
      return value;
    },
  };
}

/** true or false. */
export const flag: Kind<boolean> = {
  allowed: 'true or false',
  parse(value) {
    if (typeof value !== 'boolean') throw new NotAllowed('true or false');
    return value;
  },
};

/** One of a few words. */
export function choice<const Words extends readonly string[]>(...words: Words): Kind<Words[number]> {
  const allowed = words.map(word => `\`${word}\``).join(', ');
  return {
    allowed,
    parse(value) {
      const found = words.find(word => word === value);
      if (found === undefined) throw new NotAllowed(allowed);
      return found;
    },
  };
}

/** Text of bounded length without control characters. */
export function text(allowed: string, fits: RegExp = /^[^\p{Cc}]{1,500}$/u): Kind<string> {
  return {
    allowed,
    parse(value) {
      if (typeof value !== 'string' || !fits.test(value)) throw new NotAllowed(allowed);
      return value;
    },
  };
}

/** The same, or nothing at all. */
export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  const allowed = `${kind.allowed}, or nothing`;
  return {
    allowed,
    parse(value) {
      if (value === null || value === undefined) return undefined;
      try {
        return kind.parse(value);
      } catch (error) {
        if (error instanceof NotAllowed) throw new NotAllowed(error.entry ? error.message : allowed, error.entry);
        throw error;
      }
    },
  };
}

/** A list of at least one and at most 16 values. */
export function list<T>(kind: Kind<T>): Kind<readonly T[]> {
  const allowed = `a list of 1 to 16 of: ${kind.allowed}`;
  return {
    allowed,
    parse(value) {
      if (!Array.isArray(value) || value.length < 1 || value.length > 16) throw new NotAllowed(allowed);
      return value.map((each: unknown, index) => {
        try {
          return kind.parse(each);
        } catch (error) {
          if (error instanceof NotAllowed) throw new NotAllowed(error.message, { number: index + 1, value: each });
          throw error;
        }
      });
    },
  };
}

const TRANSPORTS = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;

/** Where SIP is listened for. */
export interface ListenPoint {
  readonly transport: (typeof TRANSPORTS)[number];
  readonly address: string;
  readonly port: number;
}

/** `TRANSPORT:ADDRESS:PORT`, an IPv6 address in brackets; port 0 takes any free one. */
export const listenPoint: Kind<ListenPoint> = {
  allowed: '`TRANSPORT:ADDRESS:PORT` with udp, tcp, tls, ws or wss, and an IPv6 address in brackets (`tls:[::]:5061`)',
  parse(value) {
    const match =
      typeof value === 'string' ? /^([a-z]{2,3}):(\[[^\]]{2,45}\]|[0-9.]{7,15}):(\d{1,5})$/.exec(value) : null;
    const transport = TRANSPORTS.find(each => each === match?.[1]);
    const address = match?.[2].replace(/^\[|\]$/g, '') ?? '';
    if (!match || !transport || isIP(address) === 0 || !isPort(match[3], 0)) throw new NotAllowed(this.allowed);
    return { transport, address, port: Number(match[3]) };
  },
};

/** An address or a name, and a port where it differs. */
export const hostAndPort: Kind<string> = {
  allowed: 'an address or host name, with `:PORT` when it differs',
  parse(value) {
    const match = typeof value === 'string' ? /^([A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/.exec(value) : null;
    const port: string | undefined = match?.[2];
    if (!match || (port !== undefined && !isPort(port, 1))) throw new NotAllowed(this.allowed);
    return match[0];
  },
};

/** Where something is served by HTTPS. */
export interface WebPoint {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** `ADDRESS:PORT`, or `off`. */
export const webPoint: Kind<WebPoint | undefined> = {
  allowed: '`ADDRESS:PORT`, an IPv6 address in brackets (`[::1]:8443`), or `off`',
  parse(value) {
    if (value === 'off') return undefined;
    const match = typeof value === 'string' ? /^(\[[^\]]{2,45}\]|[0-9.]{7,15}):(\d{1,5})$/.exec(value) : null;
    const address = match?.[1].replace(/^\[|\]$/g, '') ?? '';
    if (!match || isIP(address) === 0 || !isPort(match[2], 0)) throw new NotAllowed(this.allowed);
    return { address, port: Number(match[2]) };
  },
};

/** A range of UDP ports. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** `FROM-TO`, at least 4 ports wide. */
export const portRange: Kind<PortRange> = {
  allowed: '`FROM-TO` with ports from 1024 to 65535, at least 4 of them',
  parse(value) {
    const parts = typeof value === 'string' ? value.split('-') : [];
    if (parts.length !== 2 || !isPort(parts[0], 1024) || !isPort(parts[1], 1024)) throw new NotAllowed(this.allowed);
    const [from, to] = parts.map(Number);
    if (to - from < 3) throw new NotAllowed(this.allowed);
    return { from, to };
  },
};

/** An IPv4 address. */
export const ipv4: Kind<string> = {
  allowed: 'an IPv4 address',
  parse(value) {
    if (typeof value !== 'string' || !isIPv4(value)) throw new NotAllowed(this.allowed);
    return value;
  },
};

/** An IPv6 address. */
export const ipv6: Kind<string> = {
  allowed: 'an IPv6 address without brackets and zone',
  parse(value) {
    if (typeof value !== 'string' || isIP(value) !== 6 || value.includes('%')) throw new NotAllowed(this.allowed);
    return value;
  },
};

/** File mode in octal, as text ("0600") or as YAML's own octal number (0o600). */
export const fileMode: Kind<number> = {
  allowed: 'an octal file mode in quotes such as `"0600"`, owner at least rw, others nothing',
  parse(value) {
    const mode = typeof value === 'string' && /^0?[0-7]{3}$/.test(value) ? Number.parseInt(value, 8) : value;
    if (typeof mode !== 'number' || !Number.isInteger(mode) || (mode & 0o600) !== 0o600 || (mode & ~0o660) !== 0)
      throw new NotAllowed(this.allowed);
    return mode;
  },
};

/** `UID:GID` in numbers. */
export const owner: Kind<{ readonly uid: number; readonly gid: number }> = {
  allowed: '`UID:GID` in numbers, neither of them 0 (`id -u NAME; id -g NAME` prints them)',
  parse(value) {
    const match = typeof value === 'string' ? /^(\d{1,9}):(\d{1,9})$/.exec(value) : null;
    if (!match || Number(match[1]) === 0 || Number(match[2]) === 0) throw new NotAllowed(this.allowed);
    return { uid: Number(match[1]), gid: Number(match[2]) };
  },
};

function isIPv4(address: string): boolean {
  const parts = address.split('.');
  return parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isPort(port: string, lowest: number): boolean {
  return /^\d{1,5}$/.test(port) && Number(port) >= lowest && Number(port) <= 65535;
}
