import { asBuffer } from '@parley/base';
import { SIP_BUDGETS, type SipBudgets } from './budgets.ts';
import { ReceivedFields } from './fields.ts';
import { CONTENT_LENGTH, VIA } from './header-names.ts';
import { type Fault, type Layout, layoutOf } from './layout.ts';
import type { SipMessage, SipRequest } from './message.ts';
import { DIGIT } from './octets.ts';
import { SipParseError } from './sip-parse-error.ts';
import { readStartLine, type StartLine } from './start-line.ts';
import { TypedRequest, TypedResponse } from './typed-message.ts';

/** How to read a message. */
export interface ParseOptions {
  /** `SIP_BUDGETS` when left out. */
  readonly budgets?: SipBudgets;
  /**
   * 'datagram' (when left out): the body may be cut at Content-Length, and reaches to the end without one.
   * 'stream': Content-Length must be there and be exact; `StreamFramer` sees to that.
   */
  readonly transport?: 'datagram' | 'stream';
}

/**
 * Parses one complete message. Start line, line structure and Content-Length are checked here, header values when they are
 * first asked for (`validateRequest` asks for all that matter). The message keeps the bytes; they must not be changed.
 * Throws `SipParseError`; for a malformed request its `partial` can be answered.
 */
export function parseMessage(bytes: Uint8Array, options: ParseOptions = {}): SipMessage {
  const budgets = options.budgets ?? SIP_BUDGETS;
  const buffer = asBuffer(bytes);
  if (buffer.length > budgets.maxMessage) {
    throw new SipParseError('message', `longer than ${budgets.maxMessage} octets`, { status: 513 });
  }
  const layout = layoutOf(buffer, budgets);
  const fields = new ReceivedFields(buffer, layout);
  const startLine = readStartLine(buffer, layout, fields.head);
  const content = contentOf(buffer.length - layout.bodyStart, fields, options);
  const fault = firstFault(startLine, layout, content);
  if (fault !== undefined) throw errorOf(fault, startLine, fields, budgets);
  const body = { behind: fields, length: content.length };
  const parts = { fields, body, maxValues: budgets.maxValues, received: fields };
  return startLine.kind === 'request'
    ? new TypedRequest(startLine.method, startLine.uri, parts)
    : new TypedResponse(startLine.status, startLine.reason, parts);
}

/** In the order of the message, so that a wrong version comes before header fields in a grammar that is not ours. */
function firstFault(startLine: StartLine, layout: Layout, content: Content): Fault | undefined {
  const isInStartLine = layout.fault?.where === 'start line';
  return isInStartLine ? layout.fault : (startLine.fault ?? layout.fault ?? content.fault);
}

/** The error for a fault; a request that says how to answer it (method, Via) is added. */
function errorOf(fault: Fault, startLine: StartLine, fields: ReceivedFields, budgets: SipBudgets): SipParseError {
  const { where, problem, offset, status } = fault;
  return new SipParseError(where, problem, { offset, status, partial: partialOf(startLine, fields, budgets) });
}

function partialOf(startLine: StartLine, fields: ReceivedFields, budgets: SipBudgets): SipRequest | undefined {
  if (startLine.kind !== 'request' || startLine.method === '') return undefined;
  if (fields.find(VIA, 0) < 0) return undefined;
  const parts = { fields, body: { behind: fields, length: 0 }, maxValues: budgets.maxValues };
  return new TypedRequest(startLine.method, startLine.uri, parts);
}

/** Octets of the body, or what is wrong with Content-Length. */
interface Content {
  readonly length: number;
  readonly fault?: Fault;
}

const NOT_STATED: Content = { length: -1 };

/** RFC 3261 sections 18.3 and 20.14; `present` is what follows the head. */
function contentOf(present: number, fields: ReceivedFields, options: ParseOptions): Content {
  const stated = statedLength(fields);
  if (stated.fault !== undefined) return stated;
  const isStream = options.transport === 'stream';
  const { maxBody } = options.budgets ?? SIP_BUDGETS;
  if (stated.length < 0) {
    if (isStream) return bodyFault('Content-Length', 'missing; over a stream it must be there');
    return within(maxBody, { length: present });
  }
  if (stated.length > present) return bodyFault('body', 'shorter than Content-Length says');
  if (isStream && stated.length < present) return bodyFault('body', 'longer than Content-Length says');
  return within(maxBody, stated);
}

function within(maxBody: number, content: Content): Content {
  return content.length > maxBody ? bodyFault('body', `longer than ${maxBody} octets`, 413) : content;
}

/** The value of Content-Length, -1 when there is none. */
export function statedLength(fields: ReceivedFields): Content {
  const index = fields.find(CONTENT_LENGTH, 0);
  if (index < 0) return NOT_STATED;
  const cursor = fields.cursor(index, 'Content-Length');
  const { at: start } = cursor;
  const digits = cursor.skip(DIGIT);
  if (digits === 0 || digits > 10 || !cursor.done)
    return bodyFault('Content-Length', 'expected a decimal number of octets');
  if (fields.find(CONTENT_LENGTH, index + 1) >= 0) return bodyFault('Content-Length', 'appears more than once');
  return { length: cursor.numberFrom(start) };
}

function bodyFault(where: string, problem: string, status = 400): Content {
  return { length: 0, fault: { where, problem, offset: 0, status } };
}
