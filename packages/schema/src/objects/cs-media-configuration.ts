import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, integer } from '../define/property.ts';
import { scopeName, tenant } from './cs-common.ts';

const codec = <const D extends boolean>(byDefault: D, help: string) =>
  flag({ default: byDefault, inactive: true, help });

/** How media of calls between people are protected and encoded. */
export const csMediaConfiguration = defineObject({
  kind: 'CsMediaConfiguration',
  path: 'cs-media-configurations',
  word: 'mediaconfiguration',
  summary: 'How the media of calls are protected and encoded.',
  properties: {
    name: scopeName('media scope'),
    organization: tenant,
    encryptionLevel: choice({
      values: ['RequireEncryption', 'SupportEncryption', 'DoNotSupportEncryption'],
      default: 'RequireEncryption',
      inactive: true,
      help: 'SRTP must be used, may be used, or is not used.',
    }),
    enableQoS: codec(false, 'Packets are marked for quality of service.'),
    enableSiren: codec(false, 'Siren may be used.'),
    enableG722StereoCodec: codec(true, 'G.722 may be used.'),
    enableH264Codec: codec(true, 'H.264 may be used.'),
    enableAdaptiveBandWidthEstimation: codec(true, 'The rate of video follows the network.'),
    enableRtpRtcpMultiplexing: codec(true, 'RTP and RTCP share a port.'),
    enableVideoBasedSharing: codec(true, 'Screens are shared as video.'),
    enableInCallQoS: codec(false, 'People are told of a bad line during a call.'),
    inCallQoSIntervalSeconds: integer({
      default: 35,
      min: 1,
      max: 65_535,
      unit: 'seconds',
      inactive: true,
      help: 'How often the line is looked at for that.',
    }),
    maxVideoRateAllowed: choice({
      values: ['Hd720p15M', 'VGA600K', 'CIF250K'],
      default: 'VGA600K',
      inactive: true,
      help: 'Best picture.',
    }),
  },
  always: 'Global',
});

export type CsMediaConfiguration = ObjectOf<typeof csMediaConfiguration>;
