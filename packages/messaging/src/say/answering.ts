import type { Prompt, PromptValue } from '@parley/call';

/** Pure functions that say what is said, by prompt id; the sentences are in `prompts/<language>/prompts.yaml`. */

const prompt = (id: string, values?: Readonly<Record<string, PromptValue>>): Prompt => [
  values ? { kind: 'prompt', id, values } : { kind: 'prompt', id },
];

/** Whose greeting it is. */
export interface Greeted {
  /** Recorded greeting (WAV); it is played instead of everything else, as long as it can be. */
  readonly greetingFile?: string;
  /** Name as shown; '' when there is none. */
  readonly name: string;
  /** Recorded name (WAV). */
  readonly nameFile?: string;
  /** Extension, for who has no name. */
  readonly digits: string;
}

export function greeting(whose: Greeted): Prompt {
  const system = systemGreeting(whose);
  return whose.greetingFile ? [{ kind: 'file', path: whose.greetingFile, instead: system }] : system;
}

function systemGreeting(whose: Greeted): Prompt {
  const digits = { digits: whose.digits };
  if (whose.name === '') return prompt('greeting.unnamed', { digits });
  const name = whose.nameFile ? { name: whose.name, recording: whose.nameFile } : { name: whose.name };
  // The digits are for a name that cannot be spoken.
  return prompt('greeting.system', { name, digits });
}

export const recordPrompt = (): Prompt => prompt('record.prompt');
export const recordTone = (): Prompt => prompt('record.tone');
export const afterMenu = (): Prompt => prompt('after.menu');
export const afterMenuShort = (): Prompt => prompt('after.menu.short');
export const urgentMark = (on: boolean): Prompt => prompt(on ? 'marked.urgent' : 'unmarked.urgent');
export const privateMark = (on: boolean): Prompt => prompt(on ? 'marked.private' : 'unmarked.private');
export const messageSent = (): Prompt => prompt('message.sent');
export const messageErased = (): Prompt => prompt('message.erased');
export const messageTooShort = (): Prompt => prompt('message.tooShort');
export const messageMaxLength = (): Prompt => prompt('message.maxLength');
export const messageNotSaved = (): Prompt => prompt('message.notSaved');
export const menuInvalid = (): Prompt => prompt('menu.invalid');
export const menuSilent = (): Prompt => prompt('menu.silent');
export const goodbye = (): Prompt => prompt('goodbye');
export const mailboxUnavailable = (): Prompt => prompt('mailbox.unavailable');
export const mailboxUnknown = (): Prompt => prompt('mailbox.unknown');
export const anonymousRefused = (): Prompt => prompt('anonymous.refused');
export const recordingContinue = (): Prompt => prompt('recording.continue');
export const recordingAgain = (): Prompt => prompt('recording.again');
export const drainSoon = (): Prompt => prompt('drain.soon');

/** The caller's own message so far. */
export const takes = (draft: string, numbers: readonly number[]): Prompt => [{ kind: 'takes', draft, takes: numbers }];
