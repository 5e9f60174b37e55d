import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, integer, text } from '../define/property.ts';
import { description, scopeName, tenant } from './cs-common.ts';
import { pstnUsages } from './cs-voice-policy.ts';

const supported = <const D extends boolean>(byDefault: D, help: string) =>
  flag({ default: byDefault, inactive: true, help });

/** How gateways are spoken to. */
export const csTrunkConfiguration = defineObject({
  kind: 'CsTrunkConfiguration',
  path: 'cs-trunk-configurations',
  word: 'trunkconfiguration',
  summary: 'How a gateway, the gateways of a site, or all of them are spoken to.',
  properties: {
    name: scopeName('trunk scope'),
    organization: tenant,
    description: description(1024),
    srtpMode: choice({
      values: ['Required', 'Optional', 'NotSupported'],
      default: 'Required',
      inactive: true,
      help: 'Encryption of media; over TCP there is none.',
    }),
    enableReferSupport: supported(true, 'Calls are transferred by REFER.'),
    enable3pccRefer: flag({
      default: false,
      inactive: true,
      shown: 'Enable3pccRefer',
      help: 'Calls are transferred by a third party.',
    }),
    enableBypass: supported(false, 'Media may go around the mediation server.'),
    concentratedTopology: supported(true, 'Media and signalling of the gateway have one address.'),
    rtcpActiveCalls: supported(true, 'A call ends that no RTCP has come for in 30 s.'),
    rtcpCallsOnHold: supported(true, 'The same while the call is on hold.'),
    enableFastFailoverTimer: supported(true, 'The next trunk is tried when a gateway does not answer within 10 s.'),
    enableSessionTimer: supported(false, 'Sessions are refreshed.'),
    maxEarlyDialogs: integer({
      default: 20,
      min: 0,
      max: 4_294_967_295,
      inactive: true,
      help: 'Most forks of one call that answer.',
    }),
    removePlusFromUri: supported(false, 'Numbers go out without the + in front.'),
    forwardCallHistory: supported(false, 'History-Info goes out.'),
    forwardPAI: supported(false, 'P-Asserted-Identity goes out.'),
    enableRTPLatching: supported(false, 'Media go to where they come from.'),
    enableOnlineVoice: supported(false, 'The trunk leads to an online service.'),
    enablePIDFLOSupport: supported(false, 'Emergency calls carry their place.'),
    enableMobileTrunkSupport: supported(false, 'The trunk leads to a mobile carrier.'),
    enableSignalBoost: supported(false, 'The gateway makes media louder.'),
    enableLocationRestriction: supported(false, 'Routing depends on the place of the caller.'),
    networkSiteID: text({ max: 256, inactive: true, help: 'Network site of the trunk.' }),
    pstnUsages,
  },
  always: 'Global',
  computed: {
    outboundTranslationRulesList: { help: 'Rules for called numbers in the order in which they are tried.' },
    outboundCallingNumberTranslationRulesList: {
      help: 'Rules for calling numbers in the order in which they are tried.',
    },
    sipResponseCodeTranslationRulesList: { help: 'Rules for refusals in the order in which they are tried.' },
  },
});

export type CsTrunkConfiguration = ObjectOf<typeof csTrunkConfiguration>;
