import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, integer, list, ref, text } from '../define/property.ts';

/** A peer that is allowed to send calls. */
export const ipGateway = defineObject({
  kind: 'UMIPGateway',
  path: 'ip-gateways',
  word: 'gateway',
  summary: 'A peer that may send calls: a telephone system, a session border controller, a pool.',
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Name shown to administrators.' }),
    organization: ref({
      required: true,
      to: 'Organization',
      fixedAfterCreate: true,
      help: 'The tenant it belongs to.',
    }),
    address: list({
      required: true,
      max: 16,
      of: text({
        format: 'gateway address',
        unique: 'everywhere',
        max: 253,
        help: 'An address, a network, or a name that a certificate proves.',
      }),
      help: 'Where its calls come from: IPv4 or IPv6 addresses or networks (192.0.2.10, 192.0.2.0/24, ::1), or by TLS from whoever proves a full name (gateway.example.org).',
    }),
    port: integer({ default: 5060, min: 0, max: 65535, help: 'SIP port for calls and requests to it.' }),
    ipAddressFamily: choice({
      values: ['IPv4Only', 'IPv6Only', 'Any'],
      default: 'IPv4Only',
      inactive: true,
      help: 'Addresses used for calls to it.',
    }),
    status: choice({
      values: ['Enabled', 'Disabled', 'NoNewCalls'],
      default: 'Enabled',
      help: 'Whether its calls are taken; with NoNewCalls those in progress go on.',
    }),
    divertingUser: choice({
      values: ['Original', 'Last'],
      default: 'Original',
      help: 'Whose mailbox takes a call that was diverted more than once: the first who was called, or the last.',
    }),
    outcallsAllowed: flag({ default: true, inactive: true, help: 'Calls may be placed through it.' }),
    messageWaitingIndicatorAllowed: flag({
      default: true,
      inactive: true,
      help: 'Message-waiting lamps are switched through it.',
    }),
    delayedSourcePartyInfoEnabled: flag({
      default: false,
      inactive: true,
      help: 'The caller may become known after the answer.',
    }),
    simulator: flag({ default: false, inactive: true, help: 'A test peer, left out of lists.' }),
  },
  ownedBy: 'organization',
  computed: { huntGroups: { help: 'Its hunt groups.' } },
  creation: {
    umDialPlan: ref({
      to: 'UMDialPlan',
      help: 'A hunt group for all numbers is made too, which leads to this dial plan.',
    }),
  },
});

export type IPGateway = ObjectOf<typeof ipGateway>;
