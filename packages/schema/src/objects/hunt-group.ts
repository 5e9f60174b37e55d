import { defineObject, type ObjectOf } from '../define/object.ts';
import { list, ref, text } from '../define/property.ts';

/** The edge between a gateway and a dial plan. Never changed: removed and made again. */
export const huntGroup = defineObject({
  kind: 'UMHuntGroup',
  path: 'hunt-groups',
  word: 'huntgroup',
  summary: 'Joins a gateway to a dial plan, for the pilot numbers it names or for all.',
  ownedBy: 'umIPGateway',
  namedWithin: 'umIPGateway',
  goesWith: 'umIPGateway',
  properties: {
    name: text({
      required: true,
      max: 64,
      format: 'name',
      fixedAfterCreate: true,
      help: 'Name shown to administrators.',
    }),
    umDialPlan: ref({
      required: true,
      to: 'UMDialPlan',
      fixedAfterCreate: true,
      help: 'The dial plan that takes the calls.',
    }),
    umIPGateway: ref({
      required: true,
      to: 'UMIPGateway',
      fixedAfterCreate: true,
      help: 'The gateway the calls come from.',
    }),
    pilotIdentifier: list({
      of: text({ format: 'pilot', max: 128, help: 'An extension, an E.164 number or a SIP address.' }),
      default: [],
      fixedAfterCreate: true,
      help: 'Called numbers it is for; none means all (catch-all).',
    }),
  },
});

export type HuntGroup = ObjectOf<typeof huntGroup>;
