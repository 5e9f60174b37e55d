import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** One record of the zone; a name is in lower case. */
export type DnsRecord =
  | { readonly type: 'A' | 'AAAA'; readonly address: string; readonly ttl?: number }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly host: string;
    }
  | {
      readonly type: 'NAPTR';
      readonly order: number;
      readonly preference: number;
      readonly service: string;
      readonly replacement: string;
    };

const TYPES = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 } as const;

/** A name server on loopback (RFC 1035) that knows the names of `zone` and says that there are no others. */
export class DnsServer {
  readonly zone = new Map<string, readonly DnsRecord[]>();
  /** Names that get no answer at all, or SERVFAIL. */
  readonly silent = new Set<string>();
  readonly failing = new Set<string>();
  readonly asked: string[] = [];
  readonly #socket = createSocket('udp4');

  static async open(): Promise<DnsServer> {
    const server = new DnsServer();
    server.#socket.on('message', (query, from) => {
      const reply = server.#reply(query);
      if (reply) server.#socket.send(reply, from.port, from.address);
    });
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  /** For `DnsResolverOptions.servers`. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): Promise<void> {
    return new Promise(resolve => void this.#socket.close(() => resolve()));
  }

  #reply(query: Buffer): Buffer | undefined {
    const { name, end } = nameAt(query, 12);
    const question = query.subarray(12, end + 4);
    const type = query.readUInt16BE(end);
    const typeName = Object.entries(TYPES).find(([, code]) => code === type)?.[0] ?? String(type);
    this.asked.push(`${typeName} ${name}`);
    if (this.silent.has(name)) return undefined;
    const records = this.zone.get(name);
    const answers = (records ?? []).filter(record => record.type === typeName).map(printed);
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    const code = this.failing.has(name) ? 2 : records ? 0 : 3;
    for (const [value, at] of [
      [0x8580 | code, 2],
      [1, 4],
      [answers.length, 6],
    ])
      head.writeUInt16BE(value, at);
    return Buffer.concat([head, question, ...answers]);
  }
}

function printed(record: DnsRecord): Buffer {
  const data = dataOf(record);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TYPES[record.type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE('ttl' in record ? (record.ttl ?? 60) : 60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(record: DnsRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.address.split('.').map(Number));
    case 'AAAA': {
      const [head, tail = ''] = record.address.split('::');
      const groups = (text: string) => text.split(':').filter(group => group !== '');
      const zeros = Array(8 - groups(head).length - groups(tail).length).fill('0');
      const all = isIPv6(record.address) ? [...groups(head), ...zeros, ...groups(tail)] : [];
      return Buffer.from(all.map(group => group.padStart(4, '0')).join(''), 'hex');
    }
    case 'SRV':
      return Buffer.concat([numbers(record.priority, record.weight, record.port), encoded(record.host)]);
    case 'NAPTR': {
      const texts = ['s', record.service, ''].map(text =>
        Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]),
      );
      return Buffer.concat([numbers(record.order, record.preference), ...texts, encoded(record.replacement)]);
    }
  }
}

function numbers(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap(value => [value >> 8, value & 0xff]));
}

function encoded(name: string): Buffer {
  const labels = name.split('.').filter(label => label !== '');
  return Buffer.concat([...labels.map(label => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);
}

function nameAt(query: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  while (query[at] > 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
    at += query[at] + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}
