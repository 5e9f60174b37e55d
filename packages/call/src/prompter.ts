import type { AudioSource } from '@parley/media';
import type { Prompt } from './prompt.ts';

/** Turns what is said into what is sent: voices, clips and recordings live behind it. Declared here, filled by the server. */
export interface Prompter {
  /**
   * The sound of a prompt in a language (BCP 47 tag). It may leave out what it cannot render; when it rejects, the call
   * goes on without the prompt, because a missing sentence is better than a lost caller.
   */
  sources(prompt: Prompt, language: string): readonly AudioSource[] | Promise<readonly AudioSource[]>;
}
