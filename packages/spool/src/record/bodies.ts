import { ParleyError } from '@parley/base';
import type { Envelope, Json, TakeRole } from '../draft.ts';
import { roleNumber, roleOf } from './audio.ts';

/** Most bytes of JSON in a record: envelopes and their changes. */
export const LONGEST_JSON = 64 * 1024;
/** Bytes of the id (a ULID) that every body of a draft begins with. */
export const ID_BYTES = 26;

/** JSON data as an object. */
export type JsonObject = { readonly [key: string]: Json };

/** What the caller chose so far. */
export interface Choice {
  readonly urgent?: boolean;
  readonly private?: boolean;
}

/** What a missed call leaves. */
export interface NoticeEnvelope {
  readonly messageId: string;
  readonly [key: string]: Json;
}

/** What NOTICE says. */
export interface NoticeData {
  readonly envelope: NoticeEnvelope;
  /** Wall time, milliseconds since 1970. */
  readonly sealedAt: number;
}

/** What SEAL says: the takes are fixed from here on, damage elsewhere does not change them. */
export interface SealData {
  readonly changes: JsonObject;
  /** The takes that are the message, in order; empty: nothing was long enough. */
  readonly takes: readonly number[];
  readonly millis: number;
  /** Wall time, milliseconds since 1970. */
  readonly sealedAt: number;
  readonly interrupted?: boolean;
}

/** What DELIVERING, REFUSED, DEAD ... say of an item. */
export interface DeliveryData {
  readonly attempts?: number;
  readonly refusals?: number;
  readonly permanent?: boolean;
  readonly why?: string;
}

/** A body that is an id and JSON. Throws `SPOOL_TOO_LARGE` beyond `longest` bytes of JSON. */
export function jsonBody(id: string, data: unknown, longest = LONGEST_JSON): Buffer {
  const body = Buffer.from(id + JSON.stringify(data));
  if (body.length > longest + ID_BYTES)
    throw new ParleyError(
      'SPOOL_TOO_LARGE',
      `an envelope may have ${longest} bytes of JSON, this one has ${body.length}`,
    );
  return body;
}

export function idBody(id: string): Buffer {
  return Buffer.from(id, 'latin1');
}

export function takeBody(id: string, number: number, role: TakeRole): Buffer {
  const body = Buffer.alloc(ID_BYTES + 3);
  body.write(id, 0, 'latin1');
  body.writeUInt16BE(number, ID_BYTES);
  body.writeUInt8(roleNumber(role), ID_BYTES + 2);
  return body;
}

export function endBody(id: string, number: number, keepMillis: number): Buffer {
  const body = Buffer.alloc(ID_BYTES + 6);
  body.write(id, 0, 'latin1');
  body.writeUInt16BE(number, ID_BYTES);
  body.writeUInt32BE(wholeMillis(keepMillis), ID_BYTES + 2);
  return body;
}

/** Milliseconds as they fit into four bytes; what is no number keeps everything. */
export function wholeMillis(millis: number): number {
  return Number.isNaN(millis) ? 0xffffffff : Math.max(0, Math.min(0xffffffff, Math.round(millis)));
}

export function placeBody(place: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(BigInt(place));
  return body;
}

export const readId = (body: Buffer): string => body.toString('latin1', 0, ID_BYTES);
/** The JSON behind the id. What a record with an intact check holds was written by us, so it has the shape it was written with. */
function readJson(body: Buffer) {
  return JSON.parse(body.toString('utf8', ID_BYTES));
}
export const readEnvelope = (body: Buffer): Envelope => readJson(body);
export const readNotice = (body: Buffer): NoticeData => readJson(body);
export const readChoice = (body: Buffer): Choice => readJson(body);
export const readSeal = (body: Buffer): SealData => readJson(body);
export const readDelivery = (body: Buffer): DeliveryData => readJson(body);
export const readIds = (body: Buffer): string[] => readJson(body);
export const readPlace = (body: Buffer): number => Number(body.readBigUInt64BE(0));

export function readTake(body: Buffer): { number: number; role: TakeRole } {
  return { number: body.readUInt16BE(ID_BYTES), role: roleOf(body.readUInt8(ID_BYTES + 2)) };
}

export function readEnd(body: Buffer): { number: number; keepMillis: number } {
  return { number: body.readUInt16BE(ID_BYTES), keepMillis: body.readUInt32BE(ID_BYTES + 2) };
}
