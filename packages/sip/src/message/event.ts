import { Bug } from '@parley/base';
import { Cursor } from './cursor.ts';
import type { Parameters } from './grammar.ts';
import { isAll, TOKEN } from './octets.ts';
import { printParameters, readParameters } from './parameters.ts';

/** Octets that the value of Event may have: packages with templates and an identifier are far shorter. */
const LONGEST = 256;

/** Event (RFC 6665 section 8.2.1): which state of a resource is meant, and which of several subscriptions to it. */
export interface Event {
  /** With its templates: "message-summary", "presence.winfo". Compared letter by letter. */
  readonly package: string;
  /** Tells subscriptions of one dialog apart; '' when there is none. */
  readonly id: string;
  readonly parameters: Parameters;
}

/** Parses Event: "refer;id=93809824". Throws `SipParseError`. */
export function parseEvent(text: string): Event {
  const cursor = new Cursor(text, 'Event');
  if (text.length > LONGEST) cursor.fail(`longer than ${LONGEST} characters`);
  cursor.skipBlanks();
  const name = cursor.take(TOKEN, 'an event package');
  const parameters = readParameters(cursor);
  cursor.expectEnd('";" or the end');
  return { package: name, id: parameters.get('id') ?? '', parameters };
}

/** Prints it. Throws `Bug` when the package is no token. */
export function printEvent({ package: name, parameters }: Event): string {
  if (!isAll(name, TOKEN)) throw new Bug('an event package is a token');
  return name + printParameters(parameters);
}

/** Whether two name the same subscription: package and id, nothing else (RFC 6665 section 8.2.1). */
export function sameEvent(one: Event, other: Event): boolean {
  return one.package === other.package && one.id === other.id;
}
