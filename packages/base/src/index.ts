export { type Deferred, defer, waitOrAbort } from './abort.ts';
export { asBuffer } from './bytes.ts';
export { type Clock, sleep, systemClock, type Timer } from './clock.ts';
export { Bug, codeOf, messageOf, ParleyError } from './errors.ts';
export { isUlid, ulid } from './ids.ts';
export { type Log, type LogFields, type LogLine, memoryLog, silentLog } from './log.ts';
export { seeded } from './random.ts';
export { LONGEST_NAME, masked, plainText } from './untrusted.ts';
