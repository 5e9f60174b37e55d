import { defineObject, type ObjectOf } from '../define/object.ts';
import { flag, text } from '../define/property.ts';
import { scopeName, tenant } from './cs-common.ts';

/** How voice mail is reached by telephone when the network to it is broken. */
export const csVoicemailReroutingConfiguration = defineObject({
  kind: 'CsVoicemailReroutingConfiguration',
  path: 'cs-voicemail-rerouting-configurations',
  word: 'voicemailrerouting',
  summary: 'How voice mail is reached by telephone when the network to it is broken.',
  properties: {
    name: scopeName('site scope'),
    organization: tenant,
    enabled: flag({ default: false, inactive: true, help: 'Calls are rerouted.' }),
    autoAttendantNumber: text({
      format: 'display number',
      max: 18,
      help: 'Takes calls that nobody answers; the number of an auto attendant contact.',
    }),
    subscriberAccessNumber: text({
      format: 'display number',
      max: 18,
      help: 'Takes calls of people to their own voice mail; the number of a subscriber access contact.',
    }),
  },
  always: 'Global',
});

export type CsVoicemailReroutingConfiguration = ObjectOf<typeof csVoicemailReroutingConfiguration>;
