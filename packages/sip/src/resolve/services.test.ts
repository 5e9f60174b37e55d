import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUri } from '../message/index.ts';
import { beginningOf, guessedServices, namedServices } from './services.ts';

/** What a URI says: literal addresses as "transport address:port", names with port, names alone. */
function said(text: string): string {
  const { start, isSecure, demanded } = beginningOf(parseUri(text));
  const more = `${isSecure ? ' secure' : ''}${demanded ? ' demanded' : ''}`;
  switch (start.kind) {
    case 'nowhere':
      return start.why;
    case 'literal': {
      const { transport, address, port, name } = start.target.peer;
      return `${transport} ${address} ${port}${name ? ` as ${name}` : ''}${more}`;
    }
    case 'host':
      return `${start.transport} host ${start.host} ${start.port}${more}`;
    case 'services':
      return `${start.transport ?? 'any'} services of ${start.domain}${more}`;
  }
}

const CASES: readonly (readonly [string, string])[] = [
  ['sip:a@192.0.2.1', 'udp 192.0.2.1 5060'],
  ['sip:a@192.0.2.1:5070', 'udp 192.0.2.1 5070'],
  ['sip:a@[2001:db8::1]', 'udp 2001:db8::1 5060'],
  ['sip:a@192.0.2.1;transport=tcp', 'tcp 192.0.2.1 5060 demanded'],
  ['sip:a@192.0.2.1;transport=UDP', 'udp 192.0.2.1 5060 demanded'],
  ['sip:a@192.0.2.1;transport=tls', 'tls 192.0.2.1 5061 as 192.0.2.1 demanded'],
  ['sip:a@192.0.2.1;transport=ws', 'ws 192.0.2.1 80 demanded'],
  ['sips:a@192.0.2.1', 'tls 192.0.2.1 5061 as 192.0.2.1 secure'],
  ['sips:a@192.0.2.1;transport=tcp', 'tls 192.0.2.1 5061 as 192.0.2.1 secure demanded'],
  ['sips:a@192.0.2.1;transport=ws', 'wss 192.0.2.1 443 as 192.0.2.1 secure demanded'],
  ['sips:a@192.0.2.1;transport=udp', 'a sips URI cannot be reached by UDP'],
  ['sip:a@192.0.2.1;transport=sctp', 'the transport of the URI is none of udp, tcp, tls, ws and wss'],
  ['sip:a@192.0.2.1;transport=constructor', 'the transport of the URI is none of udp, tcp, tls, ws and wss'],
  ['sip:a@example.org:5070', 'udp host example.org 5070'],
  ['sips:a@example.org:5070', 'tls host example.org 5070 secure'],
  ['sip:a@example.org:5060;transport=tcp', 'tcp host example.org 5060 demanded'],
  ['sip:a@example.org', 'any services of example.org'],
  ['sips:a@example.org', 'any services of example.org secure'],
  ['sip:a@example.org;transport=tcp', 'tcp services of example.org demanded'],
  ['sips:a@example.org;transport=tcp', 'tls services of example.org secure demanded'],
  ['sip:a@example.org;maddr=192.0.2.9', 'udp 192.0.2.9 5060'],
  ['sips:a@example.org;maddr=192.0.2.9', 'tls 192.0.2.9 5061 as example.org secure'],
  ['sip:a@example.org;maddr=proxy.example', 'any services of proxy.example'],
  ['tel:+15550100', 'a tel URI has no address to send to'],
  ['urn:service:sos', 'a foreign URI has no address to send to'],
];

for (const [uri, expected] of CASES) test(`${uri}: ${expected}`, () => assert.equal(said(uri), expected));

test('a name that is too long is not asked for', () => {
  assert.equal(said(`sip:a@${'x'.repeat(300)}`), 'the host of the URI is no domain name');
});

const naptr = (order: number, preference: number, service: string, more = {}) => ({
  order,
  preference,
  flags: 's',
  service,
  regexp: '',
  replacement: `${service.replace('+', '-').toLowerCase()}.example.org`,
  ...more,
});

test('NAPTR records by order and preference; what we do not know, or a sips URI may not use, is left out', () => {
  const records = [
    naptr(100, 10, 'SIP+D2U'),
    naptr(50, 50, 'SIPS+D2T'),
    naptr(50, 20, 'sip+d2t', { flags: 'S' }),
    naptr(10, 10, 'SIP+D2S'),
    naptr(10, 10, 'E2U+sip'),
    naptr(10, 10, 'SIP+D2U', { flags: 'u' }),
    naptr(10, 10, 'SIP+D2U', { regexp: '!.*!sip:evil@example.com!' }),
    naptr(10, 10, 'SIP+D2U', { replacement: 'evil name' }),
    naptr(60, 10, 'SIPS+D2W'),
  ];
  assert.deepEqual(
    namedServices(records, false).map(({ transport }) => transport),
    ['tcp', 'tls', 'wss', 'udp'],
  );
  assert.deepEqual(namedServices(records, true), [
    { transport: 'tls', name: 'sips-d2t.example.org' },
    { transport: 'wss', name: 'sips-d2w.example.org' },
  ]);
});

test('without NAPTR records all services of a sip URI are guessed, and the secure one of a sips URI', () => {
  const names = (isSecure: boolean) => guessedServices('example.org', isSecure).map(({ name }) => name);
  assert.deepEqual(names(false), ['_sip._udp.example.org', '_sip._tcp.example.org', '_sips._tcp.example.org']);
  assert.deepEqual(names(true), ['_sips._tcp.example.org']);
  assert.deepEqual(guessedServices('example.org', false, 'ws'), [{ transport: 'ws', name: '_sip._ws.example.org' }]);
});
