/** How the audio of a message is stored: the codecs of the originals, and linear PCM. */
export const AUDIO_CODECS = ['Mp3', 'G711', 'Pcm', 'Gsm'] as const;

/** Known to administrators of the originals, not made by this version. */
export const REFUSED_AUDIO_CODECS = {
  Wma: 'Windows Media Audio has no free encoder',
} as const;
