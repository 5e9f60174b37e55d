/**
 * The keys after a recording, the same in every flow where somebody has just recorded something (docs/guides/keys.md).
 * 0 is kept free for the operator, 7 to 9 for what comes.
 */
export const AFTER_RECORDING = {
  '1': 'send',
  '#': 'send',
  '2': 'again',
  '3': 'listen',
  '4': 'add',
  '5': 'urgent',
  '6': 'private',
  '*': 'cancel',
} as const;

/** Ends a recording. */
export const END_OF_RECORDING = '#';
