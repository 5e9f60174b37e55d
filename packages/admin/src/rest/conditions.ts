import { hash } from 'node:crypto';
import { ParleyError } from '@parley/base';
import { ANY_ETAG, type Stored } from '@parley/directory';
import type { FastifyRequest } from 'fastify';

/**
 * The entity tag of a representation (RFC 9110 8.8.3): the version of the object, and a digest, because names of other objects and what is
 * worked out change without it.
 */
export function entityTag(stored: Stored): string {
  const digest = hash('sha256', JSON.stringify(stored), 'base64url').slice(0, 12);
  return `"${stored.etag}-${digest}"`;
}

const ENTITY_TAG = /^"([0-9a-zA-Z]{1,64})(?:-[0-9a-zA-Z_-]{1,64})?"$/;

/** The version that a change is based on (RFC 9110 13.1.1): one strong tag, or `*` for whatever is there. */
export function ifMatch(request: FastifyRequest): string {
  const header = request.headers['if-match'];
  if (header === undefined)
    throw new ParleyError(
      'ETAG_REQUIRED',
      'If-Match is missing: give the ETag of the object as you have read it, or *',
    );
  if (header === ANY_ETAG) return header;
  const version = ENTITY_TAG.exec(header)?.[1];
  if (version !== undefined) return version;
  throw new ParleyError('REQUEST_INVALID', 'If-Match must be one ETag such as "3", or *');
}

/** Whether the client has this representation (RFC 9110 13.1.2); compared weakly, and `*` is any. */
export function isKnown(request: FastifyRequest, tag: string): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined || header.length > 2048) return false;
  return header.split(',').some(each => [tag, `W/${tag}`, '*'].includes(each.trim()));
}
