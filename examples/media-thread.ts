import { writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '@parley/base';
import { runEngine, writeG711Wav } from '@parley/media';
import { MemoryRecorder } from '@parley/media/engine';

if (!parentPort) throw new Error('this is the entry of a media thread');
const recorder = new MemoryRecorder();
/** A recording is called by the file that it is to become, when the thread ends. */
const beforeEnd = async () => {
  for (const [name, { codec, bytes }] of recorder.takes)
    if (codec !== 'G722')
      writeFileSync(name.slice(0, name.lastIndexOf('/')), writeG711Wav(codec, Uint8Array.from(bytes)));
};
runEngine(parentPort, { settings: workerData.media, recorder, log: silentLog, beforeEnd });
