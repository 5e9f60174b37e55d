import { defineObject, type ObjectOf } from '../define/object.ts';
import { flag, integer, list, text } from '../define/property.ts';
import { description, LAST_PRIORITY, plainName, tenant } from './cs-common.ts';
import { pstnUsages } from './cs-voice-policy.ts';

/** Which numbers go out by which gateways. */
export const csVoiceRoute = defineObject({
  kind: 'CsVoiceRoute',
  path: 'cs-voice-routes',
  word: 'voiceroute',
  summary: 'Which numbers go out by which gateways, for whom a usage joins to it.',
  properties: {
    name: plainName,
    organization: tenant,
    description: description(1024),
    numberPattern: text({
      default: '[0-9]{10}',
      format: 'number pattern',
      max: 512,
      help: 'Regular expression of the numbers it is for; without anchors it matches anywhere.',
    }),
    priority: integer({
      min: 0,
      max: LAST_PRIORITY,
      help: 'The lowest comes first; none: after all that have one, in the order in which they were made.',
    }),
    pstnUsages,
    pstnGatewayList: list({
      of: text({ format: 'gateway service', max: 300, help: 'PstnGateway: and the full name of a gateway.' }),
      default: [],
      max: 256,
      shown: 'PstnGatewayList',
      help: 'Gateways that take its calls in turn.',
    }),
    suppressCallerId: flag({
      default: false,
      help: 'Called parties are shown AlternateCallerId instead of the caller.',
    }),
    alternateCallerId: text({ format: 'caller number', max: 64, help: 'Number that is shown instead.' }),
  },
});

export type CsVoiceRoute = ObjectOf<typeof csVoiceRoute>;
