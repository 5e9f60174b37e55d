export {
  createEncoder,
  type EncodedRecording,
  type RecordingEncoder,
  type RecordingFormat,
  type RecordingToEncode,
} from './encoder.ts';
export { type Mp3Frames, readMp3Frames } from './mp3-frames.ts';
export type { RecordingPiece } from './track.ts';
