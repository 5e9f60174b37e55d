import { LARGEST_PROMPT, type Problem, type Prompt, problem, remark } from '@parley/schema';
import { ObjectInvalid } from '../../objects.ts';
import type { Action, KindRules, Lookup } from './rule.ts';
import { neededIn, type Parameters, textIn, valueIn } from './um-parameters.ts';
import { waveProblem } from './um-prompt-wave.ts';

const KIND = 'UMPrompt';

/** Whose prompt it is: an attendant's, or a dial plan's own. */
interface Owner {
  readonly umDialPlan: string;
  readonly umAutoAttendant?: string;
}

/** Of one owner a file name is one prompt's; another owner may have the same. */
async function sameName(prompt: Omit<Prompt, 'audioData' | 'id'>, lookup: Lookup): Promise<readonly Prompt[]> {
  const named = await lookup.find(KIND, 'name', prompt.name);
  return named.filter(each => each.umDialPlan === prompt.umDialPlan && each.umAutoAttendant === prompt.umAutoAttendant);
}

async function ownerIn(parameters: Parameters, lookup: Lookup): Promise<Owner> {
  const attendant = textIn(parameters, 'UMAutoAttendant');
  const plan = textIn(parameters, 'UMDialPlan');
  if ((attendant === undefined) === (plan === undefined))
    throw new ObjectInvalid([problem('UMDialPlan', plan, 'given, or UMAutoAttendant, and not both')]);
  if (plan !== undefined) return { umDialPlan: (await lookup.meant('UMDialPlan', plan)).id };
  const { id, umDialPlan } = await lookup.meant('UMAutoAttendant', attendant ?? '');
  return { umDialPlan, umAutoAttendant: id };
}

/** The bytes in base64, whether they were given so or one by one. */
function audioIn(parameters: Parameters): string {
  const name = valueIn(parameters, 'PromptFileStream') === undefined ? 'PromptFileData' : 'PromptFileStream';
  const value = valueIn(parameters, name);
  if (typeof value === 'string') return value;
  const isBytes =
    Array.isArray(value) &&
    value.length <= LARGEST_PROMPT &&
    value.every(each => Number.isInteger(each) && each >= 0 && each <= 255);
  if (isBytes) return Buffer.from(value).toString('base64');
  throw new ObjectInvalid([problem(name, undefined, `the bytes of a WAV file, at most ${LARGEST_PROMPT}`)]);
}

/** Puts a recording in the place of the one with its name, or beside the others. */
const importPrompt: Action<typeof KIND> = async ({ parameters, lookup }) => {
  const name = neededIn(parameters, 'PromptFileName');
  const owner = await ownerIn(parameters, lookup);
  const audioData = audioIn(parameters);
  const [present] = await sameName({ name, ...owner }, lookup);
  if (!present) return { changes: [{ what: 'create', kind: KIND, input: { name, ...owner, audioData } }] };
  return { changes: [{ what: 'change', kind: KIND, id: present.id, patch: { audioData } }] };
};

const exportPrompt: Action<typeof KIND> = async ({ parameters, lookup }) => {
  const name = neededIn(parameters, 'PromptFileName');
  const [present] = await sameName({ name, ...(await ownerIn(parameters, lookup)) }, lookup);
  if (!present) throw new ObjectInvalid([problem('PromptFileName', name, 'the name of a prompt that was imported')]);
  return { shows: [], result: { Identity: present.id, PromptFileName: present.name, AudioData: present.audioData } };
};

async function check(prompt: Prompt, lookup: Lookup): Promise<Problem[]> {
  const problems: Problem[] = [];
  if ((await sameName(prompt, lookup)).some(({ id }) => id !== prompt.id))
    problems.push(
      remark('name', prompt.name, `name ${JSON.stringify(prompt.name)} is taken by another prompt of its owner`),
    );
  const attendant =
    prompt.umAutoAttendant === undefined ? undefined : await lookup.get('UMAutoAttendant', prompt.umAutoAttendant);
  if (attendant && attendant.umDialPlan !== prompt.umDialPlan)
    problems.push(problem('umDialPlan', prompt.umDialPlan, `the dial plan of attendant ${attendant.name}`));
  const wrong = waveProblem(Buffer.from(prompt.audioData, 'base64'));
  if (wrong !== undefined) problems.push(remark('audioData', undefined, `audioData is no prompt: ${wrong}`));
  return problems;
}

export const umPrompt: KindRules<typeof KIND> = {
  check: (prompt, { lookup }) => check(prompt, lookup),
  actions: { import: importPrompt, export: exportPrompt },
};
