import { type BuiltIn, inputOf, parameter } from '../command.ts';
import { textOf } from '../convert.ts';
import { memberOf } from '../member.ts';
import { ScriptBlock, type Value } from '../values.ts';

export const forEachObject: BuiltIn = {
  name: 'ForEach-Object',
  aliases: ['foreach', '%'],
  summary: 'Does something with every object.',
  takes: [
    { name: 'Process', position: 0, aliases: ['MemberName'], takesRest: true },
    { name: 'Begin' },
    { name: 'End' },
  ],
  help: {
    Process: 'A block in which $_ is the object, or the name of a property.',
    Begin: 'A block that runs before the first one.',
    End: 'A block that runs after the last one.',
  },
  examples: ['1..3 | ForEach-Object { $_ * 2 }', 'Get-UMDialPlan | ForEach-Object Name'],
  async *run(call) {
    const once = async function* (name: string): AsyncGenerator<Value> {
      const block = parameter(call, name);
      if (block instanceof ScriptBlock) yield* call.invoke(block.block);
    };
    const process = parameter(call, 'Process') ?? null;
    yield* once('Begin');
    for await (const item of inputOf(call))
      for (const each of Array.isArray(process) ? process : [process])
        if (each instanceof ScriptBlock) yield* call.invoke(each.block, item);
        else yield memberOf(item, textOf(each));
    yield* once('End');
  },
};
