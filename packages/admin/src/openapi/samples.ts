import type { Property, TextFormat } from '@parley/schema';

/** A text of each shape, as an administrator would write it. */
const TEXTS: Readonly<Record<TextFormat, string>> = {
  name: 'Sales',
  digits: '1001',
  number: '+14255550100',
  'number mask': '91xxxxxxx',
  pilot: '+14255550100',
  'sip resource': 'ann@example.org',
  'sip uri': 'sip:fax.example.org:5060;transport=tcp',
  'mail address': 'ann@example.org',
  domain: 'example.org',
  language: 'en-US',
  'time zone': 'Europe/Paris',
  network: '192.0.2.0/24',
  'gateway address': 'gateway.example.org',
  'wave file': 'greetings/ann.wav',
  folder: 'mail/ann',
  paragraphs: 'A line of text.',
  'wave file name': 'welcome.wav',
  base64: 'UklGRg==',
  'phone number': '+1 (425) 555-0100',
  'calling line': '+14255550100',
  'logon name': 'ann',
  'principal name': 'ann@example.org',
  'dtmf map': 'emailAddress:266',
  'week interval': 'Mon.09:00-Mon.17:00',
  date: '2026-12-25',
  'time of day': '1,0,,',
  'caller id': '4,,,',
  'time span': '30.00:00:00',
  'byte size': '250MB',
  'host and port': 'pool.example.org:5061',
  'attendant key': '1',
  'policy scope': 'Sales',
  'dial plan scope': 'Sales',
  'trunk scope': 'PstnGateway:gateway.example.org',
  'site scope': 'Site:Redmond',
  'media scope': 'Site:Redmond',
  'scoped name': 'Global/Internal',
  fqdn: 'pool.example.org',
  destination: 'um.example.org',
  destinations: 'corp1.example.org, corp2.example.org',
  'sip address': 'sip:ann@example.org',
  'line uri': 'tel:+14255550123',
  'display number': '+14255550100',
  'unassigned number': '+14255550100',
  'caller number': '+14255550100',
  'simple name': 'Internal',
  'access prefix': '9',
  'number pattern': '^(\\d{4})$',
  'number translation': '+1425555$1',
  'distinguished name': 'ou=Finance,dc=example,dc=org',
  'application server': 'ApplicationServer:pool.example.org',
  'gateway service': 'PstnGateway:gateway.example.org',
  'https url': 'https://example.org/book',
  'announcement target': 'sip:ann@example.org',
};

/** A value that a property takes, for examples: its default, or one of its shape; a reference is the name of some object. */
export function sampleOf(property: Property): unknown {
  if ('default' in property && property.default !== undefined) return property.default;
  switch (property.type) {
    case 'text':
      return textOf(property.format, property.max);
    case 'integer':
      return property.min;
    case 'flag':
      return true;
    case 'choice':
      return property.values[0];
    case 'ref':
      return `Some ${property.to}`;
    case 'list':
      return [property.of.type === 'record' ? sampleRecord(property.of.fields) : sampleOf(property.of)];
  }
}

function textOf(format: TextFormat | undefined, max = 256): string {
  return (format === undefined ? 'Some text' : TEXTS[format]).slice(0, max);
}

function sampleRecord(fields: Readonly<Record<string, Property>>): Record<string, unknown> {
  return samplesOf(fields, ([, field]) => 'required' in field && field.required === true);
}

/** Samples of those properties that are wanted. */
export function samplesOf(
  properties: Readonly<Record<string, Property>>,
  isWanted: (entry: [string, Property]) => boolean,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(isWanted)
      .map(([name, property]) => [name, sampleOf(property)]),
  );
}
