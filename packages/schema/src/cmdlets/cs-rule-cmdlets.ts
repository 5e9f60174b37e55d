import type { CmdletDefinition, Example, Parameter } from '../define/cmdlet.ts';
import type { ObjectDefinition } from '../define/object.ts';
import { text } from '../define/property.ts';
import { shownName } from '../define/shown-name.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { FORCE, IN_MEMORY } from './cs-parameters.ts';
import type { CmdletStyle } from './object-cmdlets.ts';

interface RuleStyles {
  readonly get: CmdletStyle;
  readonly new: { readonly examples: readonly Example[] };
  readonly set: CmdletStyle;
  readonly remove: CmdletStyle;
}

/** What says where a rule goes: its identity, or its parent and its own name. */
const WHERE: Readonly<Record<string, Parameter>> = {
  // `-Identity` as a name of its own would mean an object that is there.
  RuleIdentity: {
    property: text({ max: 512, help: 'The scope of its parent and its own name: site:Redmond/Internal.' }),
    aliases: ['Identity'],
    places: 'name',
    position: 0,
    inSets: ['Identity'],
  },
  Parent: {
    property: text({ max: 256, help: 'The scope of its parent: global, site:Redmond, a service or a name.' }),
    places: 'name',
    inSets: ['Parent'],
  },
  Name: { property: text({ max: 128, help: 'Its own name.' }), inSets: ['Parent'] },
};

/** The cmdlets of rules that belong to a plan or a configuration of the same scope. */
export function csRuleCmdlets(definition: ObjectDefinition, styles: RuleStyles): readonly CmdletDefinition[] {
  const { kind, properties, summary } = definition;
  const own = Object.entries(properties).filter(([, property]) => !property.fixedAfterCreate);
  const parameters = Object.fromEntries(
    own.map(([name, property]): [string, Parameter] => [
      shownName(name, property),
      'required' in property && property.required
        ? { property, sets: name, required: true }
        : { property, sets: name, orNull: true },
    ]),
  );
  return [
    ...csObjectCmdlets(definition, { get: styles.get, set: styles.set, remove: styles.remove }),
    {
      name: `New-${kind}`,
      summary: `Makes a rule. ${summary}`,
      kind,
      does: 'new-rule',
      parameters: { ...WHERE, ...parameters, InMemory: IN_MEMORY, Force: FORCE },
      changes: true,
      examples: styles.new.examples,
    },
  ];
}
