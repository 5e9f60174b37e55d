import { matches, nearest } from '@parley/schema';
import { type BuiltIn, parameter } from '../run/command.ts';
import { textOf } from '../run/convert.ts';
import { usage } from '../run/failure.ts';
import { ShellObject } from '../run/values.ts';

export const getCommand: BuiltIn = {
  name: 'Get-Command',
  aliases: ['gcm'],
  summary: 'Shows the names of commands.',
  takes: [{ name: 'Name', position: 0 }, { name: 'Verb' }, { name: 'Noun' }, { name: 'CommandType' }],
  help: {
    Name: 'A name, with * for several; all when not given.',
    Verb: 'Those that begin with this word: Get.',
    Noun: 'Those that are about this: UMDialPlan.',
    CommandType: 'Cmdlet, Function or Script.',
  },
  examples: ['Get-Command *DialPlan*', 'Get-Command -Noun UMMailbox'],
  async *run(call) {
    const pattern = (name: string) => textOf(parameter(call, name) ?? '*');
    const like = (text: string, value: string) => matches({ op: 'like', property: 'text', value }, { text });
    const { host } = call.session;
    const all = [
      ...host.cmdlets.map(({ name, summary }) => ({ name, summary, type: 'Cmdlet' })),
      ...(await call.session.language()).map(({ name, summary }) => ({ name, summary, type: 'Function' })),
      ...host.scripts.map(({ name, summary }) => ({ name, summary, type: 'Script' })),
    ];
    const found = all.filter(({ name, type }) => {
      const [verb = '', noun = ''] = name.split('-');
      return (
        like(name, pattern('Name')) &&
        like(verb, pattern('Verb')) &&
        like(noun, pattern('Noun')) &&
        like(type, pattern('CommandType'))
      );
    });
    const name = pattern('Name');
    if (found.length === 0 && !/[*?]/.test(name))
      throw usage(
        `there is no command ${JSON.stringify(name.slice(0, 60))}: ${nearest(
          name,
          all.map(each => each.name),
        )}`,
        call.given.get('Name')?.at,
      );
    for (const { name: shown, summary, type } of found.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      yield new ShellObject('Command', [
        ['CommandType', type],
        ['Name', shown],
        ['Summary', summary],
      ]);
  },
};
