import { defineObject, type ObjectOf } from '../define/object.ts';
import { integer, text } from '../define/property.ts';
import { serverSettings } from './service.ts';

/** What sends calls on to the services, on one server. */
export const callRouterSettings = defineObject({
  kind: 'UMCallRouterSettings',
  path: 'call-router-settings',
  word: 'callrouter',
  summary: 'What takes calls first and sends them on to a service, on one server.',
  ownedBy: 'organization',
  always: 'localhost',
  properties: {
    ...serverSettings,
    sipTcpListeningPort: integer({
      default: 5060,
      min: 0,
      max: 65535,
      inactive: true,
      help: 'Port that it takes calls on by TCP.',
    }),
    sipTlsListeningPort: integer({
      default: 5061,
      min: 0,
      max: 65535,
      inactive: true,
      help: 'Port that it takes calls on by TLS.',
    }),
    umPodRedirectTemplate: text({ max: 256, inactive: true, help: 'Where calls of hosted systems are sent on to.' }),
  },
});

export type CallRouterSettings = ObjectOf<typeof callRouterSettings>;
