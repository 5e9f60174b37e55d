import { cleanJson } from '../../print/clean.ts';
import { all, type BuiltIn, parameter } from '../command.ts';
import { numberIn, plain, textOf } from '../convert.ts';
import { ShellFailure } from '../failure.ts';
import { fromJson, together } from '../values.ts';

const DEEPEST = 64;
const DEPTH = 8;

export const convertToJson: BuiltIn = {
  name: 'ConvertTo-Json',
  summary: 'Writes objects as JSON.',
  takes: [
    { name: 'InputObject', position: 0 },
    { name: 'Depth' },
    { name: 'Compress', isSwitch: true },
    { name: 'AsArray', isSwitch: true },
  ],
  help: {
    InputObject: 'The object, when it does not come through the pipeline.',
    Depth: `Levels of objects within one another; ${DEPTH} when not given.`,
    Compress: 'In one line.',
    AsArray: 'One object is a list too.',
  },
  examples: ['Get-UMDialPlan | ConvertTo-Json'],
  async *run(call) {
    const given = parameter(call, 'InputObject');
    const items = given === undefined ? await all(call) : [given];
    const depth = Math.min(Math.max(0, numberIn(parameter(call, 'Depth') ?? DEPTH) ?? DEPTH), DEEPEST);
    const value = plain(parameter(call, 'AsArray') === true ? items : together(items), depth + 1);
    yield parameter(call, 'Compress') === true ? JSON.stringify(value) : cleanJson(value);
  },
};

export const convertFromJson: BuiltIn = {
  name: 'ConvertFrom-Json',
  summary: 'Reads JSON.',
  takes: [{ name: 'InputObject', position: 0 }],
  help: { InputObject: 'The text, when it does not come through the pipeline.' },
  examples: ['\'{"Name":"x"}\' | ConvertFrom-Json'],
  async *run(call) {
    const given = parameter(call, 'InputObject');
    const text = (given === undefined ? await all(call) : [given]).map(textOf).join('\n');
    const value = fromJson(parsed(text));
    yield* Array.isArray(value) ? value : [value];
  },
};

function parsed(text: string): unknown {
  try {
    checkDepth(text);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof ShellFailure) throw error;
    throw new ShellFailure(`this is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Brackets outside of texts within one another. */
function checkDepth(text: string): void {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (isText && character === '\\') i++;
    else if (character === '"') isText = !isText;
    else if (!isText && '[{'.includes(character)) depth++;
    else if (!isText && ']}'.includes(character)) depth--;
    if (depth > DEEPEST) throw new ShellFailure(`the JSON has more than ${DEEPEST} levels`);
  }
}
