import { defineObject, type ObjectOf } from '../define/object.ts';
import { integer, ref, text } from '../define/property.ts';
import { description, LAST_PRIORITY, ruleName } from './cs-common.ts';

const trunk = ref({
  required: true,
  to: 'CsTrunkConfiguration',
  fixedAfterCreate: true,
  shown: 'Parent',
  help: 'The trunk configuration it belongs to.',
});
const priority = integer({
  min: 0,
  max: LAST_PRIORITY,
  help: 'The lowest comes first; none: after all that have one, in the order in which they were made.',
});
const numberRule = {
  name: ruleName,
  trunkConfiguration: trunk,
  pattern: text({
    default: '^\\+(\\d*)$',
    format: 'number pattern',
    max: 512,
    help: 'Regular expression of the numbers that it is for.',
  }),
  translation: text({
    default: '$1',
    format: 'number translation',
    max: 256,
    help: 'What replaces them; $1 is what the first group of the pattern has caught.',
  }),
  priority,
  description: description(512),
} as const;

/** Changes a called number on its way to a gateway; the first that matches decides. */
export const csOutboundTranslationRule = defineObject({
  kind: 'CsOutboundTranslationRule',
  path: 'cs-outbound-translation-rules',
  word: 'translationrule',
  summary: 'Changes a called number on its way to a gateway.',
  properties: numberRule,
  ownedBy: 'trunkConfiguration',
  goesWith: 'trunkConfiguration',
});

export type CsOutboundTranslationRule = ObjectOf<typeof csOutboundTranslationRule>;

/** Changes a calling number on its way to a gateway; the first that matches decides. */
export const csOutboundCallingNumberTranslationRule = defineObject({
  kind: 'CsOutboundCallingNumberTranslationRule',
  path: 'cs-outbound-calling-number-translation-rules',
  word: 'callingnumberrule',
  summary: 'Changes a calling number on its way to a gateway.',
  properties: numberRule,
  ownedBy: 'trunkConfiguration',
  goesWith: 'trunkConfiguration',
});

export type CsOutboundCallingNumberTranslationRule = ObjectOf<typeof csOutboundCallingNumberTranslationRule>;

/** Makes another SIP response of a gateway's. */
export const csSipResponseCodeTranslationRule = defineObject({
  kind: 'CsSipResponseCodeTranslationRule',
  path: 'cs-sip-response-code-translation-rules',
  word: 'responserule',
  summary: "Makes another SIP response of a gateway's refusal.",
  properties: {
    name: ruleName,
    trunkConfiguration: trunk,
    receivedResponseCode: integer({
      default: 0,
      min: 0,
      max: 699,
      help: 'The response it is for: 400 to 699; 0: any, so that the ISUP cause alone decides.',
    }),
    receivedISUPCauseValue: integer({
      default: -1,
      min: -1,
      max: 127,
      help: 'ISUP cause it is for; -1: any.',
    }),
    translatedResponseCode: integer({ required: true, min: 400, max: 699, help: 'The response that is made of it.' }),
    priority,
  },
  ownedBy: 'trunkConfiguration',
  goesWith: 'trunkConfiguration',
});

export type CsSipResponseCodeTranslationRule = ObjectOf<typeof csSipResponseCodeTranslationRule>;
