import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Formats } from './formats.ts';

test('a format is prepared once for a language and zone, and another one for another', () => {
  const formats = new Formats();
  const paris = formats.time('fr-FR', 'Europe/Paris');
  assert.equal(formats.time('fr-FR', 'Europe/Paris'), paris);
  assert.match(paris.format(Date.UTC(2026, 10, 21, 8, 5)), /^samedi 21 novembre 2026 à 09:05:00/);
  assert.match(formats.time('fr-FR', 'America/Lima').format(Date.UTC(2026, 10, 21, 8, 5)), /à 03:05:00/);
  assert.equal(formats.unit('en-US', 'hour').format(2), '2 hours');
  assert.equal(formats.unit('en-US', 'second').format(2), '2 seconds');
});

test('however many zones are invented, few are remembered, and all are right', () => {
  const formats = new Formats();
  const first = formats.time('en-US', 'UTC');
  for (const region of ['en', 'fr', 'de', 'it', 'es'])
    for (let hour = 0; hour < 24 * 60; hour += 17) formats.time(region, zone(hour));
  assert.notEqual(formats.time('en-US', 'UTC'), first);
  assert.match(formats.time('en-US', 'UTC').format(0), /12:00:00/);
});

const zone = (minutes: number) => `+${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
const pad = (value: number) => String(value).padStart(2, '0');
