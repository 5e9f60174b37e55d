import { plainText } from '@parley/base';
import type { Attachment, Letter } from '@parley/mail';
import type { MessageEnvelope } from '../envelope.ts';
import type { Formats } from './formats.ts';
import { textToHtml } from './html.ts';
import { durationText, secondsOf, type Wording, type WordingKey, worded } from './wording.ts';

/** Who gets the letter and how, looked up in the directory when it is delivered. */
export interface Addressee {
  readonly name: string;
  readonly address: string;
  /** Address the letters come from. */
  readonly from: string;
  /** IANA zone of the mailbox. */
  readonly timeZone: string;
  /** `voiceMailText` of the mailbox policy: simple HTML, or undefined. */
  readonly policyText?: string;
}

/** What the caller chose, and what befell the call. */
export interface Marks {
  readonly urgent: boolean;
  readonly private: boolean;
  /** The call was cut off by a failure of ours. */
  readonly interrupted: boolean;
}

/** For whom a letter is written, and in which words. */
export interface Writing {
  readonly addressee: Addressee;
  readonly wording: Wording;
  readonly marks: Marks;
  readonly formats: Formats;
}

/** The recording as it is attached. */
export interface Recording {
  readonly millis: number;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** With the dot. */
  readonly extension: string;
}

/** A voice message (spec/exchange-um.md section 5.3) as a letter. */
export function voiceLetter(
  envelope: MessageEnvelope,
  recording: Recording,
  { addressee, wording, marks, formats }: Writing,
): Letter {
  const caller = callerText(envelope, wording);
  const duration = durationText(recording.millis, wording.language, formats);
  const attachment: Attachment = {
    fileName: fileName(worded(wording, 'voice.file', { caller, duration }), recording.extension),
    contentType: recording.contentType,
    content: recording.bytes,
  };
  const remarks: WordingKey[] = [];
  if (marks.interrupted) remarks.push('voice.interrupted');
  if (marks.urgent) remarks.push('label.urgent');
  if (marks.private) remarks.push('label.private');
  const mark = marks.interrupted ? worded(wording, 'voice.interrupted.mark') : '';
  return {
    ...frame(envelope, caller, addressee),
    subject: mark + worded(wording, 'voice.subject', { caller, duration }),
    ...body({
      envelope,
      wording,
      addressee,
      formats,
      line: worded(wording, 'voice.line', { caller }),
      duration,
      remarks,
    }),
    headers: [
      ['Content-Class', 'voice-ca'],
      ...callHeaders(envelope),
      ['X-VoiceMessageDuration', String(secondsOf(recording.millis))],
      ['X-AttachmentOrder', attachment.fileName],
      ...(marks.urgent
        ? ([
            ['Importance', 'High'],
            ['X-Priority', '1'],
          ] as const)
        : []),
      ...(marks.private ? ([['Sensitivity', 'Private']] as const) : []),
      ...(marks.interrupted ? ([['X-Parley-Interrupted', 'yes']] as const) : []),
    ],
    attachment,
  };
}

/** A missed-call notice (spec/exchange-um.md sections 5.4 and 6) as a letter. */
export function missedCallLetter(envelope: MessageEnvelope, { addressee, wording, formats }: Writing): Letter {
  const caller = callerText(envelope, wording);
  return {
    ...frame(envelope, caller, addressee),
    subject: worded(wording, 'missed.subject', { caller }),
    ...body({ envelope, wording, addressee, formats, line: worded(wording, 'missed.line', { caller }), remarks: [] }),
    headers: [['Content-Class', 'missedcall'], ...callHeaders(envelope)],
  };
}

/** The caller as a person reads it: name, else number, else a word for nobody. */
function callerText({ caller, anonymous }: MessageEnvelope, wording: Wording): string {
  if (anonymous) return worded(wording, 'caller.anonymous');
  return plainText(caller.name) || plainText(caller.user) || worded(wording, 'caller.unknown');
}

function frame(
  envelope: MessageEnvelope,
  caller: string,
  addressee: Addressee,
): Pick<Letter, 'messageId' | 'date' | 'from' | 'to'> {
  return {
    messageId: envelope.messageId,
    date: { at: envelope.startedAt, timeZone: addressee.timeZone },
    from: { name: caller, address: addressee.from },
    to: { name: addressee.name, address: addressee.address },
  };
}

function callHeaders({ caller, anonymous, callId }: MessageEnvelope): [string, string][] {
  const headers: [string, string][] = [];
  if (!anonymous && caller.user) headers.push(['X-CallingTelephoneNumber', plainText(caller.user)]);
  if (!anonymous && caller.name) headers.push(['X-VoiceMessageSenderName', plainText(caller.name)]);
  headers.push(['X-CallID', plainText(callId, 255)], ['Auto-Submitted', 'auto-generated']);
  return headers;
}

interface BodyParts {
  readonly envelope: MessageEnvelope;
  readonly wording: Wording;
  readonly addressee: Addressee;
  readonly formats: Formats;
  readonly line: string;
  readonly duration?: string;
  readonly remarks: readonly WordingKey[];
}

function body(parts: BodyParts): Pick<Letter, 'text' | 'html'> {
  const { envelope, wording, addressee, formats, line, duration, remarks } = parts;
  const { caller, anonymous, called, startedAt } = envelope;
  const when = formats.time(wording.language, addressee.timeZone).format(startedAt);
  const rows: [WordingKey, string][] = [];
  if (!anonymous && caller.name) rows.push(['label.name', plainText(caller.name)]);
  if (!anonymous && caller.user) rows.push(['label.number', plainText(caller.user)]);
  rows.push(['label.called', plainText(called)], ['label.time', when]);
  if (duration !== undefined) rows.push(['label.duration', duration]);
  return textToHtml({
    language: wording.language,
    line,
    rows: rows.map(([key, value]) => [worded(wording, key), value]),
    remarks: remarks.map(key => worded(wording, key)),
    policyText: addressee.policyText,
  });
}

/** A file name that every system can store: what Windows and POSIX forbid becomes "_". */
function fileName(text: string, extension: string): string {
  return `${plainText(text, 180)
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/^\.+/, '_')}${extension}`;
}
