/** An `a=` line: `name`, or `name:value`. */
export interface Attribute {
  readonly name: string;
  readonly value?: string;
}

/** A network address as `c=` and `o=` spell it. `suffix` is what follows a slash (multicast TTL and count), without the slash. */
export interface Connection {
  readonly family: 'IP4' | 'IP6';
  readonly address: string;
  readonly suffix?: string;
}

/** The `o=` line. Id and version are decimal numbers of any length, kept as text (RFC 8866 5.2 lets them exceed 64 bits). */
export interface Origin {
  readonly userName: string;
  readonly sessionId: string;
  readonly version: string;
  readonly connection: Connection;
}

/** Letters of the lines that mean nothing to a telephone call and are only carried along. */
export type ExtraType = 'i' | 'u' | 'e' | 'p' | 'b' | 't' | 'r' | 'z' | 'k';

/** A line that is carried along: `i= u= e= p= b= t= r= z= k=`. */
export interface ExtraLine {
  readonly type: ExtraType;
  readonly value: string;
}

/** One `m=` section. */
export interface MediaDescription {
  /** `audio`, `video`, `image` ...; lower case as it came. */
  readonly media: string;
  /** 0 to 65535; 0 means rejected or switched off (RFC 3264 6). */
  readonly port: number;
  /** Number of port pairs (`49170/2`); undefined when not written. */
  readonly portCount?: number;
  /** `RTP/AVP`, `RTP/SAVP`, `udptl` ... */
  readonly protocol: string;
  /** Payload types in order of preference, as written. */
  readonly formats: readonly string[];
  readonly connection?: Connection;
  readonly extras: readonly ExtraLine[];
  readonly attributes: readonly Attribute[];
}

/** A session description (RFC 8866). Everything that is understood nowhere here is kept in `attributes` and `extras`. */
export interface SessionDescription {
  readonly origin: Origin;
  /** The `s=` line; `-` when there is none. */
  readonly name: string;
  readonly connection?: Connection;
  readonly extras: readonly ExtraLine[];
  readonly attributes: readonly Attribute[];
  readonly media: readonly MediaDescription[];
}

/** The value of the first attribute of that name; an empty text when it has none; undefined when there is no such attribute. */
export function attributeOf(attributes: readonly Attribute[], name: string): string | undefined {
  const found = attributes.find(attribute => attribute.name === name);
  return found && (found.value ?? '');
}
