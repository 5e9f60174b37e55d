import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, integer, list, text } from '../define/property.ts';
import { description, scopeName, tenant } from './cs-common.ts';

/** Usages by name, as policies, routes and trunks refer to them. */
export const pstnUsages = list({
  of: text({ max: 256, help: 'The name of a usage.' }),
  default: [],
  max: 256,
  shown: 'PstnUsages',
  help: 'Usages of the global list.',
});

const allowed = <const D extends boolean>(byDefault: D, help: string) =>
  flag({ default: byDefault, inactive: true, help });

/** What people may do with calls, and over which routes they go out. */
export const csVoicePolicy = defineObject({
  kind: 'CsVoicePolicy',
  path: 'cs-voice-policies',
  word: 'voicepolicy',
  summary: 'What people may do with calls, and which routes they go out by.',
  properties: {
    name: scopeName('policy scope'),
    organization: tenant,
    policyName: text({ default: 'DefaultPolicy', max: 256, shown: 'Name', help: 'Name shown to people.' }),
    description: description(1040),
    allowCallForwarding: allowed(true, 'People may forward calls.'),
    allowSimulRing: allowed(true, 'Several telephones may ring for one call.'),
    allowPSTNReRouting: allowed(true, 'Calls go out by telephone when the network between pools is full.'),
    enableDelegation: allowed(true, 'People may have others take their calls.'),
    enableCallTransfer: allowed(true, 'Calls may be transferred.'),
    enableTeamCall: allowed(true, "A team's telephones may ring for its members."),
    enableCallPark: allowed(false, 'Calls may be parked.'),
    enableMaliciousCallTracing: allowed(false, 'People may report a call.'),
    enableBWPolicyOverride: allowed(false, 'Limits of bandwidth do not hold.'),
    preventPSTNTollBypass: allowed(false, 'Calls between sites go out by telephone.'),
    enableVoicemailEscapeTimer: allowed(
      false,
      "A mobile telephone that answers sooner than PSTNVoicemailEscapeTimer is taken for its carrier's voice mail.",
    ),
    pstnVoicemailEscapeTimer: integer({
      default: 1500,
      min: 0,
      max: 8000,
      unit: 'milliseconds',
      inactive: true,
      help: "Answers sooner than this are a carrier's voice mail.",
    }),
    callForwardingSimulRingUsageType: choice({
      values: ['VoicePolicyUsage', 'InternalOnly', 'CustomUsage'],
      default: 'VoicePolicyUsage',
      inactive: true,
      help: 'Which usages hold for calls that are forwarded.',
    }),
    customCallForwardingSimulRingUsages: list({
      of: text({ max: 256, help: 'The name of a usage.' }),
      default: [],
      max: 256,
      inactive: true,
      help: 'Usages for calls that are forwarded, with CustomUsage.',
    }),
    voiceDeploymentMode: choice({
      values: ['OnPrem', 'Online', 'OnlineBasic', 'OnPremOnlineHybrid'],
      default: 'OnPrem',
      inactive: true,
      help: 'Where calls are routed.',
    }),
    pstnUsages,
  },
  always: 'Global',
});

export type CsVoicePolicy = ObjectOf<typeof csVoicePolicy>;

/** The one list of usages. A usage does nothing until a policy and a route have it. */
export const csPstnUsage = defineObject({
  kind: 'CsPstnUsage',
  path: 'cs-pstn-usages',
  word: 'pstnusage',
  summary: 'The list of usages, which join voice policies to routes.',
  properties: {
    name: scopeName('site scope'),
    organization: tenant,
    usage: list({ of: text({ max: 256, help: 'A name.' }), default: [], max: 4096, help: 'Names of all usages.' }),
  },
  always: 'Global',
});

export type CsPstnUsage = ObjectOf<typeof csPstnUsage>;
