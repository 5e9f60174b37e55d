import type { CmdletDefinition, Example, Parameter } from '../define/cmdlet.ts';
import type { ObjectDefinition } from '../define/object.ts';
import type { Property } from '../define/property.ts';
import { ref, text } from '../define/property.ts';
import { shownName } from '../define/shown-name.ts';

/** What is particular about one of the four cmdlets that every kind may have. */
export interface CmdletStyle {
  readonly examples: readonly Example[];
  /** Beside those made from the properties. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** Properties that this cmdlet does not set. */
  readonly without?: readonly string[];
  readonly summary?: string;
}

/** The cmdlets that a kind has; one that is not named does not exist. */
export interface ObjectCmdletStyles {
  /** `UMDialPlan`; the kind when not given. */
  readonly noun?: string;
  readonly get?: CmdletStyle;
  readonly new?: CmdletStyle;
  readonly set?: CmdletStyle;
  readonly remove?: CmdletStyle;
}

/** Most objects that a `Get-` cmdlet answers with when `-ResultSize` is not given. */
export const DEFAULT_RESULT_SIZE = 1000;

/** The parameter by which an object is meant. */
export function identityOf({ kind, summary }: ObjectDefinition, required: boolean): Parameter {
  return {
    property: ref({ to: kind, help: `Name or id: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}` }),
    position: 0,
    pipeline: 'object',
    ...(required ? { required: true } : {}),
  };
}

const ORGANIZATION: Parameter = {
  property: ref({ to: 'Organization', help: 'The tenant that is meant, when there are several.' }),
};

const RESULT_SIZE: Parameter = {
  property: text({ max: 10, help: `Most objects in the answer; ${DEFAULT_RESULT_SIZE} when not given, or Unlimited.` }),
};

const FILTER: Parameter = {
  property: text({ max: 2048, help: 'Only objects for which this holds, for example "Name -like \'A*\'".' }),
};

function isRequired(property: Property): boolean {
  return 'required' in property && property.required === true;
}

/** Parameters that set properties. */
function setting(properties: readonly (readonly [string, Property])[], isNew: boolean): Record<string, Parameter> {
  return Object.fromEntries(
    properties.map(([name, property]): [string, Parameter] => [
      shownName(name, property),
      {
        property,
        sets: name,
        ...(isNew && isRequired(property) && property.type !== 'ref' ? { required: true } : {}),
        ...(isNew && name === 'name' ? { position: 0 } : {}),
        ...(isRequired(property) ? {} : { orNull: true }),
        ...(property.aliases ? { aliases: property.aliases } : {}),
      },
    ]),
  );
}

/** The cmdlets of a kind, made of its declaration: `Get-`, `New-`, `Set-` and `Remove-`. */
export function objectCmdlets(definition: ObjectDefinition, styles: ObjectCmdletStyles): readonly CmdletDefinition[] {
  const { kind, properties, creation = {} } = definition;
  const noun = styles.noun ?? kind;
  const of = `a ${noun}`;
  const given = (style: CmdletStyle) => Object.entries(properties).filter(([name]) => !style.without?.includes(name));
  const made: CmdletDefinition[] = [];
  const add = (
    does: 'get' | 'new' | 'set' | 'remove',
    says: string,
    parameters: (style: CmdletStyle) => Readonly<Record<string, Parameter>>,
  ) => {
    const style = styles[does];
    if (!style) return;
    made.push({
      name: `${does.charAt(0).toUpperCase()}${does.slice(1)}-${noun}`,
      summary: style.summary ?? says,
      kind,
      does,
      parameters: { ...parameters(style), ...style.parameters },
      changes: does !== 'get',
      ...(does === 'remove' ? { asks: true } : {}),
      examples: style.examples,
    });
  };
  add('get', `Shows ${of}, or all of them.`, () => ({
    Identity: identityOf(definition, false),
    Filter: FILTER,
    ResultSize: RESULT_SIZE,
    Organization: ORGANIZATION,
  }));
  add('new', `Makes ${of}.`, style => setting([...given(style), ...Object.entries(creation)], true));
  add('set', `Changes ${of}.`, style => ({
    Identity: identityOf(definition, true),
    ...setting(
      given(style).filter(([, property]) => !property.fixedAfterCreate),
      false,
    ),
  }));
  add('remove', `Removes ${of}.`, () => ({ Identity: identityOf(definition, true) }));
  return made;
}
