export { type ToneStretch, tonePower } from './audio/goertzel.ts';
export { activeLevel, type LevelOptions, level } from './audio/level.ts';
export { resample } from './audio/resample.ts';
export {
  type ChordOptions,
  chord,
  type FindTonesOptions,
  findTones,
  type ToneSegment,
} from './audio/tones.ts';
export { WavError } from './audio/wav-error.ts';
export { readWav, readWavAt8k, type Sound, type WavLimits } from './audio/wav-read.ts';
export { writeG711Wav, writeWav } from './audio/wav-write.ts';
export { type HeardChord, xTones } from './audio/x-tones.ts';
export {
  decodeG711,
  decodePcma,
  decodePcmu,
  encodeG711,
  encodePcma,
  encodePcmu,
} from './codec/g711.ts';
export { G722_RATE, G722Decoder, G722Encoder } from './codec/g722.ts';
export { NarrowG722Decoder, NarrowG722Encoder } from './codec/g722-narrow.ts';
export { OpusLibrary, type OpusStream, type OpusWishes } from './codec/opus.ts';
export type { DtlsEndpoint, DtlsFactory, DtlsOptions, DtlsSettings } from './dtls/dtls-endpoint.ts';
export { DtlsIdentities, type DtlsIdentity, makeIdentity } from './dtls/identity.ts';
export type { IceCredentials, IceSettings } from './ice/ice-settings.ts';
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
export { type DtlsDescription, type Fingerprint, readDtls } from './sdp/dtls-attributes.ts';
export type { MediaSecurity, OwnEncryption } from './sdp/encryption.ts';
export { type IceDescription, readIce } from './sdp/ice-attributes.ts';
export { MAX_SDP_BYTES } from './sdp/lines.ts';
export {
  type Agreed,
  negotiateAnswer,
  type OwnMedia,
  type Refused,
  reanswer,
} from './sdp/negotiate.ts';
export { type Completed, completeOffer, makeOffer } from './sdp/offer.ts';
export { parseSdp } from './sdp/parse.ts';
export { printSdp } from './sdp/print.ts';
export { SdpError } from './sdp/sdp-error.ts';
export type { CodecName, Direction, G711Law, SessionSettings, WireCodec } from './sdp/settings.ts';
export { withoutKeys } from './sdp/without-keys.ts';
export { REJECTED, REPLAYED, SrtpReceiver } from './srtp/srtp-receiver.ts';
export { type KeyLifetime, SrtpSender } from './srtp/srtp-sender.ts';
export {
  isSrtpSuite,
  SRTCP_ROOM,
  SRTP_ROOM,
  type SrtpKey,
  type SrtpSecurity,
  type SrtpSuite,
  SUITES,
  type SuiteSizes,
} from './srtp/suites.ts';

// Media sessions as the main thread holds them, and the language it speaks with the media worker.
export type {
  BridgeOptions,
  ForeignMedia,
  MediaSession,
  Parted,
  Played,
  PlayOptions,
  RecordedTake,
  TakeOptions,
} from './worker/media-session.ts';
export { MediaThreads, type MediaThreadsOptions, type OpenOptions } from './worker/media-threads.ts';
export type {
  AudioSource,
  CallQuality,
  ClipAudio,
  MediaCommand,
  MediaEvent,
  PlaySource,
  RecordEnd,
  Recorder,
  SessionStatistics,
  TakeRef,
  TakeSink,
} from './worker/protocol.ts';
export { type RunningEngine, type RunOptions, runEngine } from './worker/run-engine.ts';
export type { ChannelMessage, ThreadData, ThreadSettings } from './worker/thread-messages.ts';
