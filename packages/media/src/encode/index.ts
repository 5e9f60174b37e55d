export {
  createEncoder,
  type EncodedRecording,
  type RecordingEncoder,
  type RecordingFormat,
  type RecordingToEncode,
} from './encoder.ts';
export { MAX_GAIN_DB, TARGET_DBFS } from './loudness.ts';
export { type Mp3Frames, readMp3Frames } from './mp3-frames.ts';
export { CONCEALED_MILLIS, type RecordingPiece } from './track.ts';
