import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { type NaptrRecord, parseUri, SipParseError, type SrvRecord } from '@parley/sip';
import { beginningOf, guessedServices, isHostName, namedServices } from '../../../packages/sip/src/resolve/services.ts';
import { srvOrder } from '../../../packages/sip/src/resolve/srv-order.ts';
import type { FuzzTarget } from '../target.ts';

/** One line of an input: a URI, then records as a name server may answer with. */
const SEEDS = [
  'sip:example.com\nN 10 50 s SIPS+D2T  _sips._tcp.example.com\nN 20 50 s SIP+D2U  _sip._udp.example.com\nS 1 60 5060 a.example.com\nS 1 40 5060 b.example.com',
  'sips:ann@example.com:5061;transport=tcp\nS 0 0 0 .\nS 65535 65535 65535 c.example.com',
  'sip:[2001:db8::1];maddr=192.0.2.1;transport=ws\nN 1 1 u SIP+D2W !.*!sip:x! _sip._ws.example.com',
  'sip:x.example.com;transport=tls\nS -1 1e9 99999 192.0.2.1\nS 2 2 2 *.example.com',
];

const MOST_LINES = 200;

const fields = (line: string): string[] => line.slice(2).split(' ');

function naptrOf(line: string): NaptrRecord {
  const [order, preference, flags = '', service = '', regexp = '', replacement = ''] = fields(line);
  return { order: Number(order), preference: Number(preference), flags, service, regexp, replacement };
}

function srvOf(line: string): SrvRecord {
  const [priority, weight, port, name = ''] = fields(line);
  return { priority: Number(priority), weight: Number(weight), port: Number(port), name };
}

/** Records of strangers' name servers: what is made of them is names that can be asked for, in bounded number, each once. */
export const dns: FuzzTarget = {
  name: 'dns',
  seeds: SEEDS.map(seed => Buffer.from(seed, 'latin1')),
  dictionary: [
    '\nN ',
    '\nS ',
    ' s ',
    'SIP+D2U',
    'SIPS+D2T',
    'NaN',
    '-0',
    ';transport=',
    'sips:',
    '_sip._udp.',
    ' . ',
    '\0',
  ],
  longest: 4096,
  declared: error => error instanceof SipParseError,
  run(bytes) {
    const [uri, ...lines] = Buffer.from(bytes).toString('latin1').split('\n', MOST_LINES);
    const { start, isSecure } = beginningOf(parseUri(uri));
    if (start.kind === 'literal') assert.ok(isIP(start.target.peer.address) !== 0);
    if (start.kind === 'host') assert.ok(isHostName(start.host) && start.port >= 0 && start.port <= 65_535);
    const named = namedServices(lines.filter(line => line.startsWith('N ')).map(naptrOf), isSecure);
    const guessed = start.kind === 'services' ? guessedServices(start.domain, isSecure, start.transport) : [];
    for (const { name, transport } of [...named, ...guessed]) {
      assert.ok(name.length < 300 && /^[\x21-\x7e]*$/.test(name), `"${name}" is asked for`);
      if (isSecure) assert.ok(transport === 'tls' || transport === 'wss', 'a sips URI goes by secure transports only');
    }
    const records = lines.filter(line => line.startsWith('S ')).map(srvOf);
    const before = records.length;
    const ordered = srvOrder(records, () => 0.999_999);
    assert.ok(ordered.length <= Math.min(before, 64));
    assert.equal(new Set(ordered).size, ordered.length, 'a record is tried once');
    for (const { port } of ordered) assert.ok(port > 0 && port <= 65_535);
  },
};
