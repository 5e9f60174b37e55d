import { codeOf, ParleyError } from '@parley/base';
import { type Document, definitionOf, type Kind, type Problem, remark } from '@parley/schema';
import { type CreatedAll, ObjectInvalid, type RefusedInput } from '../objects.ts';
import { create } from './create.ts';
import { indexedProperties, referencePlaces } from './declared.ts';
import type { Place } from './identity.ts';
import { prefetchUnique } from './index-rows.ts';
import { isValues } from './references.ts';

/** Inputs whose look-ups are made together. */
const STRIDE = 500;

/** What is wrong with one input, as far as that says nothing of the others. */
const OF_ONE_INPUT: ReadonlySet<string | undefined> = new Set([
  'OBJECT_NOT_FOUND',
  'OBJECT_AMBIGUOUS',
  'OBJECT_IN_USE',
  'NOT_PERMITTED',
]);

/** Makes an object of every input and returns what is wrong with any; then nothing of it may be kept. */
export async function createAll(
  kind: Kind,
  inputs: readonly unknown[],
  { place, onProgress }: { readonly place: Place; readonly onProgress?: ((done: number) => void) | undefined },
): Promise<CreatedAll> {
  const refused: RefusedInput[] = [];
  for (let from = 0; from < inputs.length; from += STRIDE) {
    const some = inputs.slice(from, from + STRIDE);
    await prefetch(kind, some, place);
    for (const [offset, input] of some.entries()) {
      const problems = await problemsOf(() => create(kind, input, place), kind);
      if (problems.length > 0) refused.push({ index: from + offset, problems });
    }
    await place.workspace.rest();
    onProgress?.(from + some.length);
  }
  return { made: refused.length > 0 ? 0 : inputs.length, refused };
}

async function problemsOf(work: () => Promise<unknown>, kind: Kind): Promise<readonly Problem[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof ObjectInvalid) return error.problems;
    if (error instanceof ParleyError && OF_ONE_INPUT.has(codeOf(error)))
      return [remark(definitionOf(kind).word, undefined, error.message)];
    throw error;
  }
}

/** Reads in a few questions what the checks of every input would ask one by one. */
async function prefetch(kind: Kind, inputs: readonly unknown[], { workspace }: Place): Promise<void> {
  const documents: readonly Document[] = inputs.filter(isValues).map(texts);
  await prefetchUnique(kind, documents, workspace);
  for (const { property, field, to } of referencePlaces(kind)) {
    if (field !== undefined) continue;
    const values = new Set(documents.flatMap(document => textsIn(document[property])));
    await workspace.load([...values]);
    if (indexedProperties(to).some(each => each.property === 'name')) await workspace.prefetch(to, 'name', [...values]);
  }
}

/** Only what may be a document's: texts and lists of texts. */
function texts(input: Readonly<Record<string, unknown>>): Document {
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]): [string, string | readonly string[]][] => {
      if (typeof value === 'string') return [[name, value]];
      return Array.isArray(value) ? [[name, textsIn(value)]] : [];
    }),
  );
}

function textsIn(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter(each => typeof each === 'string');
}

/** The values of the inputs that must be unique in the whole system. */
export function claimedBy(kind: Kind, inputs: readonly unknown[]): { property: string; values: readonly string[] }[] {
  const documents = inputs.filter(isValues).map(texts);
  return indexedProperties(kind)
    .filter(({ unique }) => unique === 'everywhere')
    .map(({ property }) => ({ property, values: documents.flatMap(document => textsIn(document[property])) }));
}
