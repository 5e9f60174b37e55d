import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, ref, text } from '../define/property.ts';
import { description, tenant } from './cs-common.ts';

/** A number that leads to an auto attendant or to subscriber access of the hosted service. Calls are routed to it as to a person. */
export const csExUmContact = defineObject({
  kind: 'CsExUmContact',
  path: 'cs-ex-um-contacts',
  word: 'exumcontact',
  summary: 'A number of an auto attendant or of subscriber access that a hosted service has.',
  properties: {
    name: text({
      required: true,
      unique: true,
      max: 64,
      format: 'name',
      fixedAfterCreate: true,
      help: 'Made by the system: a GUID.',
    }),
    organization: tenant,
    sipAddress: text({
      required: true,
      unique: 'everywhere',
      format: 'sip address',
      max: 454,
      shown: 'SipAddress',
      help: 'SIP address with "sip:" in front; no person and no other contact has it.',
    }),
    registrarPool: ref({ required: true, to: 'CsPool', help: 'The pool it is homed on.' }),
    ou: ref({ required: true, to: 'OrganizationalUnit', help: 'The unit it hangs in.' }),
    displayNumber: text({
      required: true,
      unique: true,
      format: 'display number',
      max: 18,
      help: 'The number that callers dial.',
    }),
    lineURI: text({
      required: true,
      unique: true,
      format: 'line uri',
      max: 64,
      help: 'The same as a URI; it follows DisplayNumber.',
    }),
    autoAttendant: flag({ default: false, help: 'It leads to an auto attendant; otherwise to subscriber access.' }),
    description: description(1024),
    csEnabled: flag({
      default: true,
      shown: 'Enabled',
      aliases: ['CsEnabled'],
      help: 'It may be called; when false, everything about it is kept.',
    }),
    enterpriseVoiceEnabled: flag({ default: true, help: 'Calls of telephones are routed to it.' }),
    exchangeArchivingPolicy: choice({
      values: ['Uninitialized', 'UseLyncArchivingPolicy', 'ArchivingToExchange', 'NoArchiving'],
      default: 'Uninitialized',
      inactive: true,
      help: 'Where conversations are archived.',
    }),
    hostedVoicemailPolicy: ref({
      to: 'CsHostedVoicemailPolicy',
      help: "Granted policy; none: the site's, and then the global one.",
    }),
    csDialPlan: ref({
      to: 'CsDialPlan',
      shown: 'DialPlan',
      help: "Granted dial plan; none: the pool's, the site's, and then the global one.",
    }),
    voicePolicy: ref({ to: 'CsVoicePolicy', help: "Granted policy; none: the site's, and then the global one." }),
  },
  foundBy: ['sipAddress', 'displayNumber', 'lineURI'],
  computed: {
    isSubscriberAccess: { help: 'It leads to subscriber access.' },
    otherIpPhone: { help: 'The address to which its calls are forwarded.' },
    distinguishedName: { help: 'Its place in the tree.' },
    destination: { help: 'Where its effective policy sends calls; nothing: it does not work yet.' },
  },
});

export type CsExUmContact = ObjectOf<typeof csExUmContact>;

/** What `New-CsExUmContact` is given, and what `Set-CsExUmContact` changes: policies are granted, and pools have `Move-`. */
export const CONTACT_IS_MADE_WITH = [
  'sipAddress',
  'registrarPool',
  'ou',
  'displayNumber',
  'autoAttendant',
  'description',
] as const satisfies readonly (keyof CsExUmContact)[];
export const CONTACT_IS_SET = [
  'sipAddress',
  'displayNumber',
  'autoAttendant',
  'description',
  'csEnabled',
  'enterpriseVoiceEnabled',
  'exchangeArchivingPolicy',
] as const satisfies readonly (keyof CsExUmContact)[];
