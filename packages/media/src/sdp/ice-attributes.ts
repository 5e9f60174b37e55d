import { attributeOf, type MediaDescription, type SessionDescription } from './description.ts';

/**
 * What one section of a description says of ICE (RFC 8839). Its candidates are not read: a lite end makes no checks, and takes the address of whoever makes them. Holds a
 * password: never to be logged.
 */
export interface IceDescription {
  /** 4 to 256 characters. */
  readonly userFragment: string;
  /** 22 to 256 characters. */
  readonly password: string;
  readonly lite: boolean;
}

/** Reads the ICE attributes of a section; user fragment and password may stand at the session (section 5.4). Undefined when there are none that can be used. */
export function readIce(session: SessionDescription, media: MediaDescription): IceDescription | undefined {
  const either = (name: string) => attributeOf(media.attributes, name) ?? attributeOf(session.attributes, name);
  const userFragment = either('ice-ufrag') ?? '';
  const password = either('ice-pwd') ?? '';
  if (!isIceText(userFragment, 4) || !isIceText(password, 22)) return undefined;
  return { userFragment, password, lite: attributeOf(session.attributes, 'ice-lite') !== undefined };
}

function isIceText(text: string, atLeast: number): boolean {
  return text.length >= atLeast && text.length <= 256 && /^[A-Za-z0-9+/]+$/.test(text);
}
