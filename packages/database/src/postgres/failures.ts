import { Bug, codeOf, messageOf, ParleyError } from '@parley/base';
import pg from 'pg';

/** Another transaction came between: this one changed nothing and may be tried again. */
export class CameBetween extends ParleyError {}

type Sentence = readonly [code: string, sentence: string];

// https://www.postgresql.org/docs/15/errcodes-appendix.html: whole codes first, then their classes (the first two characters).
const SENTENCES: Readonly<Record<string, Sentence>> = {
  '25006': ['DATABASE_UNWRITABLE', 'takes no changes: it is a standby, or set to read only'],
  '25P03': ['DATABASE_BUSY', 'ended a transaction in which nothing was said for too long'],
  '28000': ['DATABASE_REFUSED', 'does not let us in: check the user and pg_hba.conf'],
  '28P01': ['DATABASE_REFUSED', 'does not take our password: check database.passwordFile'],
  '3D000': ['DATABASE_REFUSED', 'does not exist: make it with createdb'],
  '42501': ['DATABASE_FORBIDDEN', 'does not allow that to us'],
  '53100': ['DATABASE_FULL', 'cannot grow: the disk of its server is full'],
  '53300': ['DATABASE_BUSY', 'has too many connections: raise its max_connections, or lower database.connections'],
  '55P03': ['DATABASE_BUSY', 'kept us waiting too long for what another transaction holds'],
  '57014': ['DATABASE_SLOW', 'took too long for one statement'],
  '57P01': ['DATABASE_UNREACHABLE', 'is being stopped'],
  '57P02': ['DATABASE_UNREACHABLE', 'has broken down'],
  '57P03': ['DATABASE_UNREACHABLE', 'is starting or stopping'],
  P0001: ['DATABASE_APPEND_ONLY', 'keeps what was written'],
  '08': ['DATABASE_UNREACHABLE', 'has lost the connection'],
  '22': ['DATABASE_FAILED', 'refused a value'],
  '23': ['DATABASE_CONFLICT', 'refused a row that contradicts another'],
  '40': ['DATABASE_BUSY', 'is being changed by others at the same place: try again'],
  XX: ['DATABASE_DAMAGED', 'is damaged: restore it from a backup'],
};

const isSaidByServer = (error: unknown): error is pg.DatabaseError => error instanceof pg.DatabaseError;

/** Whether the connection can be used on: a refused statement leaves it whole, everything else does not. */
export function leavesConnectionWhole(error: unknown): boolean {
  if (error instanceof Bug || codeOf(error) === 'DATABASE_TEXT_REFUSED') return true;
  return isSaidByServer(error) && error.severity === 'ERROR';
}

/** A failure of `pg` as a catalogued error whose message is one line for an administrator. `where` names the database. */
export function operationalFailure(where: string, error: unknown): Error {
  if (error instanceof ParleyError || error instanceof Bug) return error;
  const code = codeOf(error) ?? '';
  const said = oneLine(messageOf(error));
  if (isSaidByServer(error)) {
    const [word, sentence] = SENTENCES[code] ??
      SENTENCES[code.slice(0, 2)] ?? ['DATABASE_FAILED', 'refused a statement'];
    const Failure = code === '40001' || code === '40P01' ? CameBetween : ParleyError;
    return new Failure(word, `${where} ${sentence} (${said})`, { cause: error });
  }
  // Said by the pool: a connection of its own that was not answered has another text.
  if (said === 'timeout exceeded when trying to connect')
    return new ParleyError('DATABASE_BUSY', `${where}: all connections are in use: raise database.connections`, {
      cause: error,
    });
  if (/does not support SSL/.test(said))
    return refused(where, 'speaks no TLS: set ssl = on there, or end the URL with ?sslmode=disable', error);
  if (/SASL|password/i.test(said))
    return refused(where, `wants a password: give database.passwordFile (${said})`, error);
  if (/CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL/.test(code))
    return refused(where, `does not prove who it is (${said}): check sslrootcert in the URL`, error);
  return new ParleyError(
    'DATABASE_UNREACHABLE',
    `${where} cannot be reached (${said || code}): check that it runs there and that database.url is right`,
    { cause: error },
  );
}

const refused = (where: string, sentence: string, cause: unknown) =>
  new ParleyError('DATABASE_REFUSED', `${where} ${sentence}`, { cause });

const oneLine = (text: string) => text.split('\n', 1)[0];
