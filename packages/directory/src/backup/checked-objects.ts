import { ParleyError } from '@parley/base';
import { definitionOf, objectOf, type Problem, validate, withPresentNames } from '@parley/schema';
import { type Kept, nameOf } from '../life-cycle/kept.ts';
import type { ObjectLine } from './file-format.ts';
import type { VerifiedFile } from './verified-file.ts';
import { OPEN_KINDS } from './walk.ts';

/** An object that cannot be as it is in the file. */
export const invalid = (where: string, problems: readonly Pick<Problem, 'message'>[]) =>
  new ParleyError('BACKUP_INVALID', `${where}: ${problems.map(({ message }) => message).join('; ')}`);

export const FOREIGN = (why: string) => new ParleyError('BACKUP_FOREIGN', why);

/** The object of a line, as it would be kept. @throws ParleyError BACKUP_INVALID. */
export function keptOfLine({ kind, id, organization, document }: ObjectLine, where: string): Kept {
  const { properties } = definitionOf(kind);
  const entries = Object.entries(withPresentNames(kind, document));
  const known = Object.fromEntries(entries.filter(([name]) => Object.hasOwn(properties, name)));
  const unknown = Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(properties, name)));
  const validated = validate(kind, known);
  if ('problems' in validated) throw invalid(where, validated.problems);
  const clean = validated.document;
  return { kind, id, organization, etag: '1', document: clean, unknown, object: objectOf(kind, id, clean) };
}

/**
 * Everything that can be said of objects without looking at others: each is valid by itself and of the organisation, they come in order
 * (so none comes twice) and are as many as the first line says.
 * @throws ParleyError BACKUP_INVALID, BACKUP_FOREIGN.
 */
export async function checkObjects(file: VerifiedFile): Promise<void> {
  const { organization } = file.header;
  const counts = new Map<string, number>();
  let before: ObjectLine | undefined;
  for await (const line of file.objects()) {
    const kept = keptOfLine(line, `line ${line.line}`);
    const where = `line ${line.line}: ${line.kind} ${nameOf(kept)}`;
    if (!OPEN_KINDS.includes(line.kind)) throw invalid(where, [{ message: 'objects of this kind are never exported' }]);
    if (organization !== undefined && line.organization !== organization)
      throw FOREIGN(`${where} is of another organisation than the file`);
    if (line.kind === 'Organization' && line.id !== line.organization)
      throw invalid(where, [{ message: 'an organisation is its own' }]);
    if (before && !isAfter(line, before)) throw invalid(where, [{ message: 'it comes twice, or too late' }]);
    counts.set(line.kind, (counts.get(line.kind) ?? 0) + 1);
    before = line;
  }
  const told = Object.entries(file.header.counts);
  if (told.length !== counts.size || told.some(([kind, count]) => counts.get(kind) !== count))
    throw invalid('the first line', [{ message: 'it counts other objects than there are' }]);
}

function isAfter(line: ObjectLine, before: ObjectLine): boolean {
  if (line.kind === before.kind) return line.id > before.id;
  return OPEN_KINDS.indexOf(line.kind) > OPEN_KINDS.indexOf(before.kind);
}
