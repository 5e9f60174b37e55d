import { SIP_BUDGETS } from './budgets.ts';
import { readCseq } from './cseq.ts';
import { Cursor } from './cursor.ts';
import type { Fields, ReceivedFields } from './fields.ts';
import type { NameAddress, Uri, Via } from './grammar.ts';
import {
  CALL_ID,
  CONTACT,
  CSEQ,
  FROM,
  headerId,
  headerName,
  isListHeader,
  RECORD_ROUTE,
  ROUTE,
  TO,
  VIA,
} from './header-names.ts';
import { splitList } from './list.ts';
import type { RawHeader, SipMessage, SipRequest, SipResponse } from './message.ts';
import { readNameAddressList, readOneNameAddress } from './name-address.ts';
import { VISIBLE } from './octets.ts';
import { SipParseError } from './sip-parse-error.ts';
import { readUri } from './uri.ts';
import { readViaList } from './via.ts';

/** What a typed message is made of. */
export interface MessageParts {
  readonly fields: Fields;
  /** Of a message that was received: the octets of its body, which lies behind its fields. */
  readonly body: Uint8Array | ReceivedBody;
  /** Most values of a list header; 128 when left out. */
  readonly maxValues?: number;
  /** Of a request with the start line that came: where its Request-URI can be read. */
  readonly received?: ReceivedFields;
}

/** A body that nobody has asked for yet. */
export interface ReceivedBody {
  readonly behind: ReceivedFields;
  readonly length: number;
}

/** The accessors of message.ts over header fields from anywhere: parsed at first use, remembered then. */
abstract class TypedMessage {
  #body: Uint8Array | ReceivedBody;
  readonly #fields: Fields;
  readonly #maxValues: number;
  #headers: readonly RawHeader[] | undefined;
  #callId: string | undefined;
  #cseq: { readonly number: number; readonly method: string } | undefined;
  #from: NameAddress | undefined;
  #to: NameAddress | undefined;
  #vias: readonly Via[] | undefined;
  #contacts: readonly NameAddress[] | undefined;
  #recordRoute: readonly NameAddress[] | undefined;
  #route: readonly NameAddress[] | undefined;

  constructor(parts: MessageParts) {
    this.#body = parts.body;
    this.#fields = parts.fields;
    this.#maxValues = parts.maxValues ?? SIP_BUDGETS.maxValues;
  }

  /** What the header fields of a message are made of; undefined for one that was not made here. */
  static fieldsOf(message: SipMessage): Fields | undefined {
    return #fields in message ? message.#fields : undefined;
  }

  /** Takes over what was read of a message that differs in its topmost Via alone. */
  protected adopt(original: TypedMessage, top: Via): void {
    this.#vias = original.vias.with(0, top);
    this.#callId = original.#callId;
    this.#cseq = original.#cseq;
    this.#from = original.#from;
    this.#to = original.#to;
    this.#contacts = original.#contacts;
    this.#recordRoute = original.#recordRoute;
    this.#route = original.#route;
  }

  protected get parts(): MessageParts {
    return { fields: this.#fields, body: this.#body, maxValues: this.#maxValues };
  }

  get body(): Uint8Array {
    if ('behind' in this.#body) this.#body = this.#body.behind.body(this.#body.length);
    return this.#body;
  }

  get headers(): readonly RawHeader[] {
    const fields = this.#fields;
    this.#headers ??= Array.from(
      { length: fields.count },
      (_, index) => [fields.name(index), fields.value(index)] as const,
    );
    return this.#headers;
  }

  header(name: string): string | undefined {
    const id = headerId(name);
    const index = this.#find(id, name, 0);
    if (index < 0) return undefined;
    const value = this.#fields.value(index);
    return isListHeader(id) ? (splitList(value, this.#splitOptions(id))[0] ?? '') : value;
  }

  values(name: string): readonly string[] {
    const id = headerId(name);
    const all: string[] = [];
    for (let at = this.#find(id, name, 0); at >= 0; at = this.#find(id, name, at + 1)) {
      const value = this.#fields.value(at);
      if (!isListHeader(id)) all.push(value);
      else for (const part of splitList(value, this.#splitOptions(id, all.length))) if (part !== '') all.push(part);
    }
    return all;
  }

  get callId(): string {
    this.#callId ??= this.#readCallId();
    return this.#callId;
  }

  get cseq(): { readonly number: number; readonly method: string } {
    this.#cseq ??= readCseq(this.#single(CSEQ));
    return this.#cseq;
  }

  get from(): NameAddress {
    this.#from ??= readOneNameAddress(this.#single(FROM));
    return this.#from;
  }

  get to(): NameAddress {
    this.#to ??= readOneNameAddress(this.#single(TO));
    return this.#to;
  }

  get vias(): readonly Via[] {
    this.#vias ??= this.#list(VIA, readViaList);
    if (this.#vias.length === 0) throw new SipParseError('Via', 'missing');
    return this.#vias;
  }

  get contacts(): readonly NameAddress[] {
    this.#contacts ??= this.#addresses(CONTACT);
    return this.#contacts;
  }

  get recordRoute(): readonly NameAddress[] {
    this.#recordRoute ??= this.#addresses(RECORD_ROUTE);
    return this.#recordRoute;
  }

  get route(): readonly NameAddress[] {
    this.#route ??= this.#addresses(ROUTE);
    return this.#route;
  }

  /** Index of the next field of that name, -1 when there is none. Unknown names are compared as text. */
  #find(id: number, name: string, from: number): number {
    const fields = this.#fields;
    let index = fields.find(id, from);
    if (id !== 0) return index;
    while (index >= 0 && fields.name(index).toLowerCase() !== name.toLowerCase()) index = fields.find(id, index + 1);
    return index;
  }

  #splitOptions(id: number, already = 0): { where: string; maxValues: number } {
    return { where: headerName(id), maxValues: this.#maxValues - already };
  }

  /** The value of a header that must be there, once (RFC 3261 section 7.3.1). */
  #single(id: number): Cursor {
    const index = this.#find(id, '', 0);
    if (index < 0) throw new SipParseError(headerName(id), 'missing');
    if (this.#find(id, '', index + 1) >= 0) throw new SipParseError(headerName(id), 'appears more than once');
    return this.#fields.cursor(index, headerName(id));
  }

  #readCallId(): string {
    const cursor = this.#single(CALL_ID);
    const callId = cursor.take(VISIBLE, 'visible ASCII characters');
    cursor.expectEnd('the end');
    return callId;
  }

  #addresses(id: number): readonly NameAddress[] {
    return this.#list(id, readNameAddressList);
  }

  #list<T>(id: number, read: (cursor: Cursor, maxValues: number) => readonly T[]): readonly T[] {
    const where = headerName(id);
    let all: readonly T[] = [];
    for (let index = this.#find(id, '', 0); index >= 0; index = this.#find(id, '', index + 1)) {
      const some = read(this.#fields.cursor(index, where), this.#maxValues - all.length);
      all = all.length === 0 ? some : all.concat(some);
    }
    return all;
  }
}

/** A request, received or built here. */
export class TypedRequest extends TypedMessage implements SipRequest {
  readonly kind = 'request';
  readonly method: string;
  readonly uri: string;
  readonly #received: ReceivedFields | undefined;
  #requestUri: Uri | undefined;

  constructor(method: string, uri: string, parts: MessageParts) {
    super(parts);
    this.#received = parts.received;
    this.method = method;
    this.uri = uri;
  }

  /** See `replaceTopVia`; `fields` are those of this request with `via` in the place of the topmost one. */
  withTopVia(fields: Fields, via: Via): TypedRequest {
    const copy = new TypedRequest(this.method, this.uri, { ...this.parts, fields, received: this.#received });
    copy.adopt(this, via);
    copy.#requestUri = this.#requestUri;
    return copy;
  }

  get requestUri(): Uri {
    this.#requestUri ??= readUri(this.#uriCursor());
    return this.#requestUri;
  }

  #uriCursor(): Cursor {
    return this.#received?.uriCursor(this.method, this.uri) ?? new Cursor(this.uri, 'Request-URI');
  }
}

/** A response, received or built here. */
export class TypedResponse extends TypedMessage implements SipResponse {
  readonly kind = 'response';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, parts: MessageParts) {
    super(parts);
    this.status = status;
    this.reason = reason;
  }
}

/** What the header fields of a message are made of; undefined for one that was not made in this package. */
export const fieldsOf = (message: SipMessage): Fields | undefined => TypedMessage.fieldsOf(message);
