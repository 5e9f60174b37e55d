/** What a client is told of one kind of refusal. */
export interface CatalogueEntry {
  /** HTTP status. */
  readonly status: number;
  /** The same sentence every time (RFC 9457 3.1.3); what is particular is in `detail`. */
  readonly title: string;
}

const entry = (status: number, title: string): CatalogueEntry => ({ status, title });

/** Every refusal of the door, by its code. A `ParleyError` whose code is not here is our side's failure: `INTERNAL`. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  REQUEST_INVALID: entry(400, 'The request is not understood.'),
  BACKUP_DAMAGED: entry(422, 'The file is no whole export of a configuration.'),
  BACKUP_FOREIGN: entry(403, 'The file is of another organisation.'),
  BACKUP_INVALID: entry(422, 'The file has an object that cannot be.'),
  BACKUP_NEWER: entry(422, 'The file is of a newer version.'),
  BACKUP_NOT_TRUSTED: entry(403, 'The file is signed by nobody who is trusted.'),
  BACKUP_TOO_LARGE: entry(413, 'The file is too large.'),
  BACKUP_UNREADABLE: entry(422, 'The file cannot be read.'),
  BACKUP_UNWRITABLE: entry(422, 'The file cannot be written.'),
  UNAUTHENTICATED: entry(401, 'Sign in first.'),
  SIGN_IN_REFUSED: entry(401, 'The name or the secret is wrong, or the account is locked.'),
  FORBIDDEN: entry(403, 'Your roles do not allow this.'),
  NOT_PERMITTED: entry(403, 'Nobody has been permitted to do this there.'),
  ORIGIN_REFUSED: entry(403, 'The request comes from another site.'),
  ROUTE_NOT_FOUND: entry(404, 'There is nothing at this address.'),
  CMDLET_NOT_FOUND: entry(404, 'There is no such cmdlet.'),
  OBJECT_NOT_FOUND: entry(404, 'There is no such object.'),
  SPOOL_NOT_FOUND: entry(404, 'The spool has no such item.'),
  SPOOL_UNKNOWN: entry(404, 'The spool has no such item.'),
  SPOOL_WAITING: entry(409, 'It is on its way to its mailbox: only dead letters can be discarded.'),
  TRACE_NOT_FOUND: entry(404, 'No such call is kept.'),
  REQUEST_TIMEOUT: entry(408, 'The request took too long to arrive.'),
  SPOOL_NOT_EXPORTED: entry(409, 'The item could not be written.'),
  TEST_UNDER_WAY: entry(409, 'Another test is under way.'),
  OBJECT_AMBIGUOUS: entry(409, 'Several objects are meant.'),
  TRACE_AMBIGUOUS: entry(409, 'Several calls are meant.'),
  OBJECT_IN_USE: entry(409, 'The object is used by others.'),
  OBJECT_CHANGED: entry(412, 'The object was changed in the meantime.'),
  REQUEST_TOO_LARGE: entry(413, 'The request is too large.'),
  MEDIA_TYPE_REFUSED: entry(415, 'The content is of a type that is not taken here.'),
  OBJECT_INVALID: entry(422, 'Properties are missing or wrong.'),
  IMPORT_REFUSED: entry(422, 'Lines of the table are wrong: nothing was imported.'),
  ETAG_REQUIRED: entry(428, 'Say what the change is based on.'),
  TOO_MANY_REQUESTS: entry(429, 'Too many requests: wait.'),
  HEADERS_TOO_LARGE: entry(431, 'The header fields are too large.'),
  INTERNAL: entry(500, 'This is a mistake of the server: its log says more.'),
  CMDLET_UNAVAILABLE: entry(501, 'This node cannot do that.'),
  DATABASE_BUSY: entry(503, 'The database is busy: try again.'),
  DATABASE_CLOSED: entry(503, 'The server is stopping.'),
  DATABASE_CONFLICT: entry(409, 'Somebody else has just changed the same: try again.'),
  DATABASE_SLOW: entry(503, 'The database took too long: try again.'),
  DATABASE_TEXT_REFUSED: entry(422, 'A text has a character that cannot be kept.'),
  DIRECTORY_UNAVAILABLE: entry(503, 'The directory does not answer: try again.'),
  OIDC_UNREACHABLE: entry(502, 'The sign-in service does not answer.'),
  SERVER_UNREACHABLE: entry(502, 'The server that administers this system does not answer.'),
};

/** What is told of a code; of one that is not in the catalogue, that it is our mistake. */
export function entryOf(code: string): CatalogueEntry & { readonly code: string } {
  const known = Object.hasOwn(catalogue, code) ? catalogue[code] : undefined;
  return known
    ? { code, ...known }
    : { code: 'INTERNAL', ...entry(500, 'This is a mistake of the server: its log says more.') };
}
