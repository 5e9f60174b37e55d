/** How the audio of a message is stored: the codecs of the originals, and linear PCM. */
export const AUDIO_CODECS = ['Mp3', 'G711', 'Pcm'] as const;

/** Known to administrators of the originals, not made by this version. */
export const REFUSED_AUDIO_CODECS = {
  Wma: 'Windows Media Audio has no free encoder',
  Gsm: 'GSM 06.10 in WAV is not made by this version',
} as const;
