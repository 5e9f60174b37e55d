import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import type { ObjectDefinition } from '../define/object.ts';
import { FORCE, IDENTITY_FILTER, IN_MEMORY, instanceOf, LOCAL_STORE } from './cs-parameters.ts';
import { type CmdletStyle, identityOf, objectCmdlets } from './object-cmdlets.ts';

/** The cmdlets of a kind of communications that are made of its declaration. */
export interface CsCmdletStyles {
  readonly noun?: string;
  readonly get?: CmdletStyle;
  readonly new?: CmdletStyle;
  readonly set?: CmdletStyle;
  readonly remove?: CmdletStyle;
}

/** Makes a cmdlet of the common kind one of communications. */
function inCommunications(definition: ObjectDefinition, cmdlet: CmdletDefinition): CmdletDefinition {
  const { kind, always } = definition;
  const { does, parameters } = cmdlet;
  switch (does) {
    case 'get': {
      const { Organization, Filter, ...others } = parameters;
      const tenant: Parameter = { ...Organization, aliases: ['Tenant', 'TenantID'] };
      // What is kept for scopes is filtered by its identity, people and contacts are by their properties.
      const filter = 'format' in definition.properties.name && isScoped(definition) ? IDENTITY_FILTER : Filter;
      return { ...cmdlet, parameters: { ...others, Filter: filter, Organization: tenant, LocalStore: LOCAL_STORE } };
    }
    case 'new':
      return { ...cmdlet, parameters: { ...parameters, InMemory: IN_MEMORY, Force: FORCE } };
    case 'set':
      return {
        ...cmdlet,
        parameters: {
          ...parameters,
          // Global is meant when nothing is.
          Identity: { ...identityOf(definition, always === undefined), inSets: ['Identity'] },
          Instance: instanceOf(kind),
          Force: FORCE,
        },
      };
    default:
      return always === undefined
        ? { ...cmdlet, parameters: { ...parameters, Force: FORCE } }
        : {
            ...cmdlet,
            does: 'reset-or-remove',
            summary: `${cmdlet.summary.slice(0, -1)}; Global goes back to its defaults.`,
            parameters: { ...parameters, Force: FORCE },
          };
  }
}

const isScoped = ({ properties: { name } }: ObjectDefinition) =>
  name?.type === 'text' && name.format !== undefined && /scope/.test(name.format);

/** `Get-`, `New-`, `Set-` and `Remove-` of a kind, with the parameters that all cmdlets of communications have. */
export function csObjectCmdlets(definition: ObjectDefinition, styles: CsCmdletStyles): readonly CmdletDefinition[] {
  return objectCmdlets(definition, styles).map(cmdlet => inCommunications(definition, cmdlet));
}
