export { type ToneStretch, tonePower } from './audio/goertzel.ts';
export {
  type ChordOptions,
  chord,
  type FindTonesOptions,
  findTones,
  type ToneSegment,
} from './audio/tones.ts';
export { type HeardChord, xTones } from './audio/x-tones.ts';
export {
  decodeG711,
  decodePcma,
  decodePcmu,
  encodeG711,
  encodePcma,
  encodePcmu,
  energyTable,
  linearTable,
  silenceByte,
  transcode,
  transcodingTable,
} from './codec/g711.ts';
export {
  type Attribute,
  attributeOf,
  type Connection,
  type ExtraLine,
  type ExtraType,
  type MediaDescription,
  type Origin,
  type SessionDescription,
} from './sdp/description.ts';
export { MAX_SDP_BYTES } from './sdp/lines.ts';
export {
  type Agreed,
  type CodecName,
  type Direction,
  negotiateAnswer,
  type OwnMedia,
  type Refused,
  reanswer,
  type SessionSettings,
} from './sdp/negotiate.ts';
export { type Completed, completeOffer, makeOffer } from './sdp/offer.ts';
export { parseSdp, SDP_LIMITS } from './sdp/parse.ts';
export { printSdp } from './sdp/print.ts';
export { SdpError } from './sdp/sdp-error.ts';
