import { Bug } from '@parley/base';
import { SIP_BUDGETS } from './budgets.ts';
import { EditedFields, editedFields, idOf, type Line } from './edited-fields.ts';
import type { Fields } from './fields.ts';
import { headerId } from './header-names.ts';
import { splitList } from './list.ts';
import type { RawHeader, SipMessage, SipRequest, SipResponse } from './message.ts';
import { fieldsOf, TypedRequest, TypedResponse } from './typed-message.ts';

/** A message may have this many values more than one that is received: those that we add. */
const ADDED_VALUES = 8;

/**
 * Changes a message that is to be passed on and leaves the rest as it came, octet for octet: unknown header fields, their order,
 * their spelling and folding, the body (RFC 3261 section 16.6: a proxy does not reorder, reformat or remove what it does not know).
 */
export class MessageEditor {
  readonly #message: SipMessage;
  readonly #source: Fields;
  #lines: Line[];

  constructor(message: SipMessage) {
    const fields = fieldsOf(message);
    if (!fields) throw new Bug('only a message that was parsed or built here can be changed');
    this.#message = message;
    const { source, lines } = editedFields(fields);
    this.#source = source;
    this.#lines = [...lines];
  }

  /** Puts fields before all others, in the order given. */
  first(...headers: readonly RawHeader[]): void {
    this.#lines.unshift(...headers);
  }

  last(...headers: readonly RawHeader[]): void {
    this.#lines.push(...headers);
  }

  /** Writes a field in the place of the first one of that name, or at the end; others of the name go. */
  set(name: string, value: string): void {
    const at = this.#find(name);
    if (at < 0) {
      this.last([name, value]);
      return;
    }
    const id = headerId(name);
    const kept = this.#lines.filter((line, index) => index <= at || !this.#isNamed(line, name, id));
    this.#lines = kept.with(at, [name, value]);
  }

  remove(...names: readonly string[]): void {
    for (const name of names) {
      if (this.#find(name) < 0) continue;
      const id = headerId(name);
      this.#lines = this.#lines.filter(line => !this.#isNamed(line, name, id));
    }
  }

  /** Writes the first value of a list header anew; removes it when `value` is undefined. What follows it in its field stays. */
  setFirstValue(name: string, value: string | undefined): void {
    const at = this.#find(name);
    if (at < 0) throw new Bug(`there is no ${name}`);
    const line = this.#lines[at];
    const rest = afterFirst(this.#valueOf(line));
    const parts = [value ?? '', rest].filter(part => part !== '');
    const written: RawHeader[] = parts.length > 0 ? [[this.#nameOf(line), parts.join(', ')]] : [];
    this.#lines.splice(at, 1, ...written);
  }

  /** Removes the last value of a list header. */
  removeLastValue(name: string): void {
    const id = headerId(name);
    const at = this.#lines.findLastIndex(line => this.#isNamed(line, name, id));
    if (at < 0) throw new Bug(`there is no ${name}`);
    const line = this.#lines[at];
    const text = this.#valueOf(line);
    const last = splitList(text).at(-1) ?? '';
    // What is before the last value ends with the comma that parts the two.
    const before = text
      .slice(0, text.length - last.length)
      .trimEnd()
      .slice(0, -1)
      .trimEnd();
    const written: RawHeader[] = before === '' ? [] : [[this.#nameOf(line), before]];
    this.#lines.splice(at, 1, ...written);
  }

  /** The request with these changes, to another URI when one is given. */
  request(uri?: string): SipRequest {
    if (this.#message.kind !== 'request') throw new Bug('a response does not become a request');
    return new TypedRequest(this.#message.method, uri ?? this.#message.uri, this.#parts());
  }

  /** The response with these changes; another status comes with its reason. */
  response(status?: number, reason?: string): SipResponse {
    if (this.#message.kind !== 'response') throw new Bug('a request does not become a response');
    return new TypedResponse(status ?? this.#message.status, reason ?? this.#message.reason, this.#parts());
  }

  #parts() {
    const fields = new EditedFields(this.#source, this.#lines);
    return { fields, body: this.#message.body, maxValues: SIP_BUDGETS.maxValues + ADDED_VALUES };
  }

  #find(name: string): number {
    const id = headerId(name);
    return this.#lines.findIndex(line => this.#isNamed(line, name, id));
  }

  #isNamed(line: Line, name: string, id: number): boolean {
    return idOf(this.#source, line) === id && (id !== 0 || this.#nameOf(line).toLowerCase() === name.toLowerCase());
  }

  #nameOf(line: Line): string {
    return typeof line === 'number' ? this.#source.name(line) : line[0];
  }

  #valueOf(line: Line): string {
    return typeof line === 'number' ? this.#source.value(line) : line[1];
  }
}

/** What follows the first value of a list header's text and its comma; '' after the only one. */
function afterFirst(text: string): string {
  const [first] = splitList(text);
  const rest = text.trimStart().slice(first.length).trimStart();
  return rest.slice(1).trimStart();
}
