import type { OpusWishes } from '../codec/opus.ts';
import { decimal } from './lines.ts';

/** RFC 7587 section 4.1: always 48 kHz and two channels, whatever is in it. */
export const OPUS_RTPMAP = 'opus/48000/2';
export const OPUS_CLOCK = 48_000 as const;

/** What we ask the other side for, the same in offers and answers: the wide band that a message keeps, one channel, copies of frames that may be lost. */
export const OUR_OPUS =
  'maxplaybackrate=16000;sprop-maxcapturerate=16000;maxaveragebitrate=32000;stereo=0;sprop-stereo=0;useinbandfec=1';

const MOST_BITRATE = 510_000;
/** Parameters that are looked at; there are ten. */
const MOST_PARAMETERS = 32;

/** The other side's wishes in an `a=fmtp` (RFC 7587 section 6.1). What cannot be read is as if it were not there. */
export function opusWishes(fmtp: string | undefined): OpusWishes {
  const parameters = new Map<string, string>();
  for (const parameter of (fmtp ?? '').split(';', MOST_PARAMETERS)) {
    const [name, value = ''] = parameter.split('=', 2);
    parameters.set(name.trim().toLowerCase(), value.trim());
  }
  const bitrate = decimal(parameters.get('maxaveragebitrate') ?? '', MOST_BITRATE);
  return {
    fec: parameters.get('useinbandfec') === '1',
    maxBitrate: bitrate || MOST_BITRATE,
    constantBitrate: parameters.get('cbr') === '1',
  };
}
