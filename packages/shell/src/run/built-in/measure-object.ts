import { all, type BuiltIn, type Call, parameter } from '../command.ts';
import { numberIn, textOf } from '../convert.ts';
import { usage } from '../failure.ts';
import { memberOf } from '../member.ts';
import { ShellObject, type Value } from '../values.ts';

export const measureObject: BuiltIn = {
  name: 'Measure-Object',
  aliases: ['measure'],
  summary: 'Counts objects, and adds up a property.',
  takes: [
    { name: 'Property', position: 0 },
    ...['Sum', 'Average', 'Minimum', 'Maximum'].map(name => ({ name, isSwitch: true })),
  ],
  help: {
    Property: 'The property whose values are added up.',
    Sum: 'All together.',
    Average: 'Their mean.',
    Minimum: 'The smallest.',
    Maximum: 'The greatest.',
  },
  examples: ['Get-UMDialPlan | Measure-Object', '1..4 | Measure-Object -Sum'],
  async *run(call) {
    const items = await all(call);
    const property = parameter(call, 'Property');
    const values =
      property === undefined
        ? items
        : items.map(item => memberOf(item, textOf(property))).filter(value => value !== null);
    const entries: [string, Value][] = [['Count', values.length]];
    const wanted = MEASURES.filter(([name]) => parameter(call, name) === true);
    const numbers = wanted.length > 0 ? values.map(value => numberFrom(call, value)) : [];
    for (const [name, of] of wanted) entries.push([name, numbers.length > 0 ? of(numbers) : null]);
    if (property !== undefined) entries.push(['Property', textOf(property)]);
    yield new ShellObject('MeasureInfo', entries);
  },
};

const total = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);
const MEASURES: readonly (readonly [string, (numbers: readonly number[]) => number])[] = [
  ['Sum', total],
  ['Average', numbers => total(numbers) / numbers.length],
  ['Minimum', numbers => numbers.reduce((a, b) => Math.min(a, b))],
  ['Maximum', numbers => numbers.reduce((a, b) => Math.max(a, b))],
];

function numberFrom(call: Call, value: Value): number {
  const number = numberIn(value);
  if (number === undefined) throw usage(`${JSON.stringify(textOf(value).slice(0, 40))} is no number`, call.at);
  return number;
}
