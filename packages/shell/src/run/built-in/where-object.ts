import { type BuiltIn, type Call, inputOf, parameter } from '../command.ts';
import { textOf, truthOf } from '../convert.ts';
import { usage } from '../failure.ts';
import { memberOf } from '../member.ts';
import { result } from '../named-properties.ts';
import { operate } from '../operators.ts';
import { ScriptBlock, type Value } from '../values.ts';

const COMPARISONS = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'like',
  'notlike',
  'match',
  'notmatch',
  'in',
  'notin',
  'contains',
  'notcontains',
];

export const whereObject: BuiltIn = {
  name: 'Where-Object',
  aliases: ['where', '?'],
  summary: 'Lets through the objects for which something holds.',
  takes: [
    { name: 'Property', position: 0, aliases: ['FilterScript'] },
    { name: 'Value', position: 1 },
    { name: 'Not', isSwitch: true },
    // What is compared with stands behind the name of the comparison.
    ...COMPARISONS.map(word => ({ name: word.toUpperCase(), aliases: [`c${word}`, `i${word}`] })),
  ],
  help: {
    Property: 'A block in which $_ is the object, or the name of a property: Where-Object Name -like "A*".',
    Value: 'What the property is compared with.',
    Not: 'Those whose property is not true.',
  },
  examples: [
    "Get-UMDialPlan | Where-Object { $_.URIType -eq 'SipName' }",
    "Get-UMDialPlan | Where-Object Name -like 'A*'",
  ],
  async *run(call) {
    const fits = testOf(call);
    for await (const item of inputOf(call)) if (await fits(item)) yield item;
  },
};

function testOf(call: Call): (item: Value) => Promise<boolean> {
  const property = parameter(call, 'Property');
  if (property === undefined) throw usage('Where-Object needs a block or the name of a property', call.at);
  if (property instanceof ScriptBlock) return async item => truthOf(await result(call, property, item));
  const name = textOf(property);
  const given = COMPARISONS.filter(word => call.given.has(word.toUpperCase()));
  if (given.length > 1)
    throw usage('one comparison at a time: several need a block, { $_.A -eq 1 -and $_.B -eq 2 }', call.at);
  const [word] = given;
  if (word === undefined) {
    const negated = parameter(call, 'Not') === true;
    return async item => truthOf(memberOf(item, name)) !== negated;
  }
  const value = parameter(call, word.toUpperCase()) ?? null;
  return async item =>
    truthOf(operate(`-${word}`, [memberOf(item, name), value], { at: call.at, budget: call.session.budget }));
}
