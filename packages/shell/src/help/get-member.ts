import { type BuiltIn, inputOf, parameter } from '../run/command.ts';
import { textOf } from '../run/convert.ts';
import { memberOf } from '../run/member.ts';
import { namesOf } from '../run/named-properties.ts';
import { ShellObject, typeNameOf } from '../run/values.ts';

export const getMember: BuiltIn = {
  name: 'Get-Member',
  aliases: ['gm'],
  summary: 'Shows what properties objects have.',
  takes: [{ name: 'Name', position: 0 }, { name: 'MemberType' }],
  help: { Name: 'Only this one.', MemberType: 'Taken and not used: there are properties.' },
  examples: ['Get-UMDialPlan | Get-Member'],
  async *run(call) {
    const wanted = parameter(call, 'Name');
    const seen = new Set<string>();
    for await (const item of inputOf(call)) {
      const typeName = typeNameOf(item);
      if (seen.has(typeName)) continue;
      seen.add(typeName);
      for (const name of namesOf(item).toSorted()) {
        if (wanted !== undefined && name.toLowerCase() !== textOf(wanted).toLowerCase()) continue;
        const value = memberOf(item, name);
        yield new ShellObject('Member', [
          ['TypeName', typeName],
          ['Name', name],
          ['MemberType', 'Property'],
          ['Definition', `${typeNameOf(value)} ${name}`],
        ]);
      }
    }
  },
};
