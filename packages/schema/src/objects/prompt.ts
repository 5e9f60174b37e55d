import { defineObject, type ObjectOf } from '../define/object.ts';
import { ref, text } from '../define/property.ts';

/** Largest prompt: five minutes and a half of linear PCM (16 bit, 8 kHz), bytes. */
export const LARGEST_PROMPT = 5 * 1024 * 1024;

/** A recording of an organisation's own. */
export const prompt = defineObject({
  kind: 'UMPrompt',
  path: 'prompts',
  word: 'prompt',
  summary: 'A recording of a dial plan or of an auto attendant: a greeting, an announcement, a menu.',
  ownedBy: 'umDialPlan',
  goesWith: 'umDialPlan',
  properties: {
    name: text({
      required: true,
      max: 255,
      format: 'wave file name',
      shown: 'PromptFileName',
      help: 'Its file name, by which settings mean it.',
    }),
    umDialPlan: ref({
      required: true,
      to: 'UMDialPlan',
      fixedAfterCreate: true,
      help: 'The dial plan it belongs to, or whose attendant it belongs to.',
    }),
    umAutoAttendant: ref({ to: 'UMAutoAttendant', fixedAfterCreate: true, help: 'The attendant it belongs to.' }),
    audioData: text({
      required: true,
      // Four characters for three bytes.
      max: Math.ceil(LARGEST_PROMPT / 3) * 4,
      format: 'base64',
      bulky: true,
      shown: 'PromptFileData',
      help: 'The file (WAV, linear PCM, 16 bit, 8 kHz, one channel) in base64, at most 5 MiB.',
    }),
  },
});

export type Prompt = ObjectOf<typeof prompt>;
