import { basename } from 'node:path';
import type { BridgeEnd, Recorded, TransferOutcome } from './call.ts';
import type { Prompt, PromptValue, Segment } from './prompt.ts';

/**
 * A prompt as the lines of a transcript, one for each piece that can be heard: `plays greeting.system(name=Ann Lee)`.
 * Silence is no line of its own.
 */
export function describePrompt(prompt: Prompt): readonly string[] {
  return prompt.flatMap(segment => {
    const described = describeSegment(segment);
    return described === undefined ? [] : [`plays ${described}`];
  });
}

function describeSegment(segment: Segment): string | undefined {
  switch (segment.kind) {
    case 'prompt':
      return segment.id + describeValues(segment.values);
    case 'file':
      return `file ${basename(segment.path)}`;
    case 'takes':
      return `${segment.takes.length === 1 ? 'take' : 'takes'} ${segment.takes.join(', ')}`;
    case 'silence':
      return undefined;
  }
}

function describeValues(values: Readonly<Record<string, PromptValue>> | undefined): string {
  const entries = Object.entries(values ?? {});
  if (entries.length === 0) return '';
  return `(${entries.map(([name, value]) => `${name}=${describeValue(value)}`).join(', ')})`;
}

function describeValue(value: PromptValue): string {
  if (typeof value !== 'object') return String(value);
  return 'digits' in value ? value.digits : value.name;
}

/** A recording as a line of a transcript shows it: `records 12.0 s, ended by #`. */
export function describeRecording(recorded: Recorded): string {
  const length = `records ${(recorded.millis / 1000).toFixed(1)} s`;
  switch (recorded.endedBy) {
    case 'key':
      return `${length}, ended by ${recorded.key ?? 'a key'}`;
    case 'max':
      return `${length}, ended by its limit`;
    case 'failed':
      return `${length}, and the spool failed`;
    default:
      return `${length}, ended by ${recorded.endedBy}`;
  }
}

/** A transfer as a line of a transcript shows it: `transfers to sip:bob@example.com -> busy`. */
export function describeTransfer(to: string, { kind }: TransferOutcome): string {
  return `transfers to ${to} -> ${kind}`;
}

/** The end of a bridge as a line of a transcript shows it: `talks with call-id -> leaves by *`. */
export function describeBridge(other: string, end: BridgeEnd): string {
  return `talks with ${other} -> ${end.endedBy === 'key' ? `leaves by ${end.key}` : 'is left'}`;
}

/**
 * A line of a transcript without what sound alone cannot tell (values of prompts, names of files), so that a call in the
 * x-tones language, where every prompt is a chord, can be compared with one that a flow made.
 */
export function soundOf(line: string): string {
  if (line.startsWith('plays file ')) return 'plays file';
  const bracket = line.indexOf('(');
  return line.startsWith('plays ') && bracket > 0 ? line.slice(0, bracket) : line;
}
