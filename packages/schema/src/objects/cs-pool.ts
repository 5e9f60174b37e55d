import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, integer, ref, text } from '../define/property.ts';
import { description, tenant } from './cs-common.ts';

/** Servers that go by one name. */
export const csPool = defineObject({
  kind: 'CsPool',
  path: 'cs-pools',
  word: 'pool',
  summary: 'Servers that go by one full name: a registrar pool, an edge pool, a PSTN gateway.',
  properties: {
    name: text({
      required: true,
      unique: true,
      max: 253,
      format: 'fqdn',
      fixedAfterCreate: true,
      shown: 'Identity',
      aliases: ['Fqdn'],
      help: 'Full name of the pool.',
    }),
    organization: tenant,
    site: ref({ required: true, to: 'CsSite', help: 'Where it stands.' }),
    role: choice({
      values: ['Registrar', 'Director', 'Mediation', 'Edge', 'PstnGateway', 'ApplicationServer'],
      default: 'Registrar',
      fixedAfterCreate: true,
      help: 'What it does; people and contacts are homed on a Registrar.',
    }),
    backupPool: ref({ to: 'CsPool', help: 'Takes over when it fails.' }),
    failoverInterval: integer({
      default: 300,
      min: 10,
      max: 86_400,
      unit: 'seconds',
      inactive: true,
      help: 'Silence after which its backup takes over.',
    }),
    description: description(1024),
  },
});

export type CsPool = ObjectOf<typeof csPool>;
