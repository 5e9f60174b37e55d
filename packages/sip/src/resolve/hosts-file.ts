import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { type Clock, codeOf } from '@parley/base';

/** How long what was read is believed, milliseconds. */
const BELIEVED = 10_000;
/** A longer file is no table of hosts, octets. */
const LONGEST = 1 << 20;
const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

/** The machine's own table of hosts, which goes before the DNS, as it does for every other program of the machine. */
export class HostsFile {
  readonly #clock: Clock;
  readonly #path: string;
  #hosts: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  #readAt = 0;

  constructor(clock: Clock, path = '/etc/hosts') {
    this.#clock = clock;
    this.#path = path;
  }

  /** Every address of a name, of both families; undefined when the table does not know it. */
  async addresses(name: string): Promise<readonly string[] | undefined> {
    // RFC 6761 section 6.3: nobody may say where localhost is.
    if (name === 'localhost' || name.endsWith('.localhost')) return LOOPBACK;
    const now = this.#clock.monotonic();
    if (!this.#hosts || now - this.#readAt >= BELIEVED) {
      this.#readAt = now;
      this.#hosts = readHosts(this.#path);
    }
    return (await this.#hosts).get(name);
  }
}

/** A table that cannot be read is an empty one: containers often have none. */
async function readHosts(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    return hostsOf(await readFile(path, 'utf8'));
  } catch (thrown) {
    if (codeOf(thrown) !== undefined) return new Map();
    throw thrown;
  }
}

/** The lines of hosts(5): an address and its names; "#" begins a comment. */
export function hostsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  if (text.length > LONGEST) return hosts;
  for (const line of text.split('\n')) {
    const [address, ...names] = line
      .split('#', 1)[0]
      .trim()
      .split(/[ \t]+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const known = hosts.get(name.toLowerCase());
      if (known) known.push(address);
      else hosts.set(name.toLowerCase(), [address]);
    }
  }
  return hosts;
}
