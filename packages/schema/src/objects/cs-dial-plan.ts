import { defineObject, type ObjectOf } from '../define/object.ts';
import { flag, integer, list, record, ref, text } from '../define/property.ts';
import { description, LAST_PRIORITY, ruleName, scopeName, tenant } from './cs-common.ts';

/** What a rule of a dial plan has, in the plan's creation and as an object of its own. */
const pattern = text({
  default: '^(\\d{11})$',
  format: 'number pattern',
  max: 512,
  help: 'Regular expression of the dialled numbers that it is for.',
});
const translation = text({
  default: '+$1',
  format: 'number translation',
  max: 256,
  help: 'What replaces them; $1 is what the first group of the pattern has caught.',
});
const priority = integer({
  min: 0,
  max: LAST_PRIORITY,
  help: 'The lowest comes first; none: after all that have one, in the order in which they were made.',
});
const isInternalExtension = flag({
  default: false,
  inactive: true,
  help: 'It makes extensions; only for devices that dial on their own.',
});

/** How what people dial becomes a number. */
export const csDialPlan = defineObject({
  kind: 'CsDialPlan',
  path: 'cs-dial-plans',
  word: 'csdialplan',
  summary: 'Rules that make numbers of what people dial.',
  properties: {
    name: scopeName('dial plan scope'),
    organization: tenant,
    simpleName: text({
      format: 'simple name',
      max: 256,
      unique: true,
      help: "Name shown to people; none: the site's, the service's or the plan's own.",
    }),
    description: description(512),
    dialinConferencingRegion: text({ max: 256, inactive: true, help: 'Region of the numbers of conferences.' }),
    externalAccessPrefix: text({
      format: 'access prefix',
      max: 4,
      help: 'Dialled to get an outside line, on devices that dial on their own.',
    }),
    optimizeDeviceDialing: flag({
      default: false,
      help: 'Devices dial on their own; needs ExternalAccessPrefix.',
    }),
    city: text({ max: 256, inactive: true, help: 'Not used.' }),
    state: text({ max: 256, inactive: true, help: 'Not used.' }),
    countryCode: text({ format: 'digits', max: 4, inactive: true, help: 'Not used.' }),
  },
  creation: {
    normalizationRules: list({
      of: record({
        fields: {
          name: text({ required: true, max: 128, help: 'Name within the plan.' }),
          pattern,
          translation,
          priority,
          isInternalExtension,
          description: description(512),
        },
        help: 'One rule.',
      }),
      max: 64,
      help: 'Its first rules; one named "Keep All" is made when there are none.',
    }),
  },
  always: 'Global',
  computed: {
    simpleName: { help: 'Name that people are shown: the one that was given, or what stands in for it.' },
    normalizationRules: { help: 'Its rules in the order in which they are tried.' },
  },
});

export type CsDialPlan = ObjectOf<typeof csDialPlan>;

/** One rule of a dial plan; the first that matches decides. */
export const csVoiceNormalizationRule = defineObject({
  kind: 'CsVoiceNormalizationRule',
  path: 'cs-voice-normalization-rules',
  word: 'normalizationrule',
  summary: 'One rule that makes a number of what people dial.',
  properties: {
    name: ruleName,
    dialPlan: ref({
      required: true,
      to: 'CsDialPlan',
      fixedAfterCreate: true,
      shown: 'Parent',
      help: 'The dial plan it belongs to.',
    }),
    pattern,
    translation,
    priority,
    isInternalExtension,
    description: description(512),
  },
  ownedBy: 'dialPlan',
  goesWith: 'dialPlan',
});

export type CsVoiceNormalizationRule = ObjectOf<typeof csVoiceNormalizationRule>;
