import type { Json } from '@parley/spool';
import type { AudioCodec, MessageEnvelope } from '../envelope.ts';

type JsonObject = { readonly [key: string]: Json };

/** An envelope read back from the spool, perhaps written by another version of the program. */
export type ReadEnvelope =
  | { readonly kind: 'envelope'; readonly envelope: MessageEnvelope }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Checks what the spool holds against what delivery needs.
 * @param missed the item is a missed call whatever the envelope says: the call was cut off before it had a message in it.
 */
export function readEnvelope(json: JsonObject, missed: boolean): ReadEnvelope {
  const caller = isObject(json.caller) ? json.caller : {};
  const texts = ['messageId', 'mailbox', 'dialPlan', 'callId', 'called', 'language', 'timeZone'] as const;
  const wrong = texts.find(key => typeof json[key] !== 'string');
  if (wrong !== undefined) return { kind: 'unreadable', why: `its envelope has no "${wrong}"` };
  if (typeof json.startedAt !== 'number') return { kind: 'unreadable', why: 'its envelope has no "startedAt"' };
  const text = (key: (typeof texts)[number]) => String(json[key]);
  const common = {
    messageId: text('messageId'),
    mailbox: text('mailbox'),
    dialPlan: text('dialPlan'),
    callId: text('callId'),
    called: text('called'),
    language: text('language'),
    timeZone: text('timeZone'),
    startedAt: json.startedAt,
    anonymous: json.anonymous === true,
    caller: { name: textOf(caller.name), user: textOf(caller.user), host: textOf(caller.host) },
  };
  if (missed || json.type === 'missed') return { kind: 'envelope', envelope: { ...common, type: 'missed' } };
  const minimumMillis = typeof json.minimumMillis === 'number' ? json.minimumMillis : 0;
  return {
    kind: 'envelope',
    envelope: { ...common, type: 'voice', audioCodec: codecOf(json.audioCodec), minimumMillis },
  };
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function textOf(json: Json | undefined): string {
  return typeof json === 'string' ? json : '';
}

function codecOf(json: Json | undefined): AudioCodec {
  return json === 'G711' || json === 'Pcm' || json === 'Gsm' ? json : 'Mp3';
}
