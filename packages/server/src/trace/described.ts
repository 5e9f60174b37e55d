import type { Trace, TracedMessage, TraceEntry } from '@parley/admin';
import { masked, plainText } from '@parley/base';
import type { CallRecord } from '@parley/directory';
import type { ForeignMedia } from '@parley/media';
import { hostPort, parseNameAddress, SipParseError } from '@parley/sip';
import { fieldOf, fieldsOf, type KeptMessage } from './kept-message.ts';
import { withMaskedNumbers } from './redacted.ts';
import type { TracedCall } from './traced-call.ts';
import type { Traces } from './traces.ts';

/** Header fields that say why something was answered or ended so. */
const REMARKS = ['Warning', 'Reason', 'Retry-After', 'Unsupported', 'Min-SE'];
/** And in a refusal. */
const DEMANDS = ['Require', 'Allow', 'Accept'];
/** Longest line of anything, characters. */
const LONGEST_LINE = 300;
const PROTOCOL = /^SIP\/2\.0 | SIP\/2\.0$/;

/** How a trace is told: with numbers as they are, or starred out as in the log. */
export interface Telling {
  readonly maskNumbers: boolean;
}

/** A call as one line. */
export function entryOf(call: TracedCall, telling: Telling): TraceEntry {
  const { callId, startedAt, messages, leftOut } = call;
  const first = messages[0]?.head ?? '';
  return {
    callId,
    startedAt,
    caller: numberIn(fieldOf(first, 'from', 'f'), telling),
    called: numberIn(calledIn(first), telling),
    outcome: outcomeOf(call),
    messages: messages.length + leftOut,
  };
}

/** A call with its messages, and the calls that it was handed on to. */
export function traceOf(call: TracedCall, traces: Pick<Traces, 'get'>, telling: Telling): Trace {
  const legs = call.legs.map(leg => traces.get(leg)).filter(leg => leg !== undefined);
  const zero = call.messages[0]?.at ?? 0;
  const one = (each: TracedCall): Trace => ({
    ...entryOf(each, telling),
    ladder: each.messages.map(message => described(message, zero, telling)),
    ...(each.leftOut > 0 && { leftOut: { count: each.leftOut, before: each.messages.length / 2 } }),
    legs: [],
    ...(each.record && { record: told(each.record, telling) }),
    ...(each.foreign && { foreign: where(each.foreign) }),
  });
  return { ...one(call), legs: legs.map(one) };
}

const where = ({ negotiated, from }: ForeignMedia) => ({
  negotiated: hostPort(negotiated),
  from: hostPort(from),
});

function described(message: KeptMessage, zero: number, telling: Telling): TracedMessage {
  const { at, direction, peer, body, isCopy } = message;
  const head = telling.maskNumbers ? withMaskedNumbers(message.head) : message.head;
  return {
    atMillis: Math.round((at - zero) * 10) / 10,
    direction,
    peer: `${peer.transport} ${hostPort(peer)}`,
    summary: startOf(head),
    retransmission: isCopy,
    remarks: (isRefusal(head) ? [...REMARKS, ...DEMANDS] : REMARKS).flatMap(name =>
      fieldsOf(head, name.toLowerCase()).map(value => plainText(`${name}: ${value}`, LONGEST_LINE)),
    ),
    ...(body && { body: `${body.type || 'no type'}, ${body.octets} octets${body.problem ? `: ${body.problem}` : ''}` }),
    media: body?.media ?? [],
    head,
  };
}

const isRefusal = (head: string): boolean => /^SIP\/2\.0 [4-6]/.test(head);

/** The start line, without the protocol. */
function startOf(head: string): string {
  const end = head.indexOf('\n');
  return plainText((end < 0 ? head : head.slice(0, end)).trim().replace(PROTOCOL, ''), LONGEST_LINE);
}

/** The refusal, or what kind of call it was once it is over. */
function outcomeOf({ messages, record }: TracedCall): string {
  const stage = soFar(messages);
  return /^[3-6]/.test(stage) ? stage : (record?.callType ?? stage);
}

/**
 * How far it has come while there is no record: the newest final answer to what it began with. Once a call is answered it is under way
 * until somebody says BYE, whatever becomes of further offers.
 */
function soFar(messages: readonly KeptMessage[]): string {
  const method = methodOf(messages[0]?.head ?? '');
  let outcome = 'not answered yet';
  for (const { head } of messages) {
    if (method === 'INVITE' && head.startsWith('BYE ')) return 'over';
    const status = /^SIP\/2\.0 ([2-6])\d\d/.exec(head)?.[1];
    if (!status || outcome === UNDER_WAY || answeredMethod(head) !== method) continue;
    outcome = status === '2' && method === 'INVITE' ? UNDER_WAY : startOf(head);
  }
  return outcome;
}

const UNDER_WAY = 'under way';

const methodOf = (head: string): string => head.slice(0, Math.max(0, head.indexOf(' ')));

/** The method that CSeq says a response is about. */
const answeredMethod = (head: string): string | undefined => fieldOf(head, 'cseq')?.split(/\s+/).at(-1)?.toUpperCase();

/** Who was called: what the Request-URI says, or To in an answer. */
function calledIn(head: string): string | undefined {
  const uri = /^[^ ]+ (\S+) SIP\/2\.0/.exec(head)?.[1];
  return uri === undefined ? fieldOf(head, 'to', 't') : `<${uri}>`;
}

/** The user part of an address, its host when it has none; whatever stands there when it cannot be read. */
function numberIn(address: string | undefined, { maskNumbers }: Telling): string {
  const user = plainText(userIn(address ?? ''));
  return maskNumbers ? masked(user) : user;
}

function userIn(address: string): string {
  try {
    const { uri } = parseNameAddress(address);
    if (uri.scheme === 'tel') return uri.number;
    if (uri.scheme === 'sip' || uri.scheme === 'sips') return uri.user || uri.host;
    return address;
  } catch (error) {
    if (error instanceof SipParseError) return address;
    throw error;
  }
}

/** The numbers in a call record, as the log tells them. */
function told(record: CallRecord, { maskNumbers }: Telling): CallRecord {
  if (!maskNumbers) return record;
  const { calledPhoneNumber, callerPhoneNumber, dialedString } = record;
  return {
    ...record,
    ...(calledPhoneNumber !== undefined && { calledPhoneNumber: masked(calledPhoneNumber) }),
    ...(callerPhoneNumber !== undefined && { callerPhoneNumber: masked(callerPhoneNumber) }),
    ...(dialedString !== undefined && { dialedString: masked(dialedString) }),
  };
}
