import { type CmdletDefinition, cmdlets, definitionOf, type Kind, objectCmdlets } from '@parley/schema';

/** What a cmdlet does that tells what happened to an object; REST makes it of `Get-`. */
export const HISTORY = 'history';
/** What a cmdlet does that makes objects of a table; REST streams it. */
export const IMPORT = 'importTable';

/** What REST does with the objects of a kind: each is a cmdlet, and so a right. */
export interface KindOperations {
  readonly get: CmdletDefinition;
  readonly new: CmdletDefinition;
  readonly set: CmdletDefinition;
  readonly remove: CmdletDefinition;
  readonly history: CmdletDefinition;
  /** `POST /v1/<path>/<identity>/<action>`, or `GET` when it changes nothing. */
  readonly actions: readonly ActionOperation[];
}

export interface ActionOperation {
  /** The last part of the path: "enable". */
  readonly path: string;
  readonly cmdlet: CmdletDefinition;
  /** The path has an identity. */
  readonly hasIdentity: boolean;
}

const GENERIC = ['get', 'new', 'set', 'remove'];

/** `enable-um-mailbox` of `enableUMMailbox`. */
const asPath = (word: string) =>
  word
    .replaceAll(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, (_, a = '', b = '', c = '', d = '') => `${a}${c}-${b}${d}`)
    .toLowerCase();

/**
 * The operations of a kind. The declared cmdlet of the kind does each; where none is declared (mailboxes are enabled, not made) there is
 * one made of the declaration, which only whoever is at the machine itself may run.
 */
export function operationsOf(kind: Kind): KindOperations {
  const declared = cmdlets.filter(cmdlet => cmdlet.kind === kind);
  const undeclared = objectCmdlets(definitionOf(kind), ALL_FOUR);
  const doing = (does: (typeof GENERIC)[number]) => {
    const own = declared.filter(cmdlet => cmdlet.does === does);
    const all = undeclared.filter(cmdlet => cmdlet.does === does);
    // Several cmdlets may show one kind: the one that is called like it is the one that is meant.
    const [found] = [...own.filter(({ name }) => name.endsWith(`-${kind}`)), ...own, ...all];
    if (!found) throw new TypeError(`${kind} has no ${does}`);
    return found;
  };
  const get = doing('get');
  return {
    get,
    new: doing('new'),
    set: doing('set'),
    remove: doing('remove'),
    history: { ...get, does: HISTORY },
    actions: actionsOf(declared),
  };
}

const NO_EXAMPLES = { examples: [] };
const ALL_FOUR = { get: NO_EXAMPLES, new: NO_EXAMPLES, set: NO_EXAMPLES, remove: NO_EXAMPLES };

function actionsOf(declared: readonly CmdletDefinition[]): readonly ActionOperation[] {
  const actions = declared.filter(({ does }) => !GENERIC.includes(does) && does !== IMPORT);
  return actions.map(cmdlet => {
    const isAlone = actions.filter(({ does }) => does === cmdlet.does).length === 1;
    // Two cmdlets that do the same in two ways are told apart by their names.
    return {
      path: isAlone ? asPath(cmdlet.does) : cmdlet.name.toLowerCase(),
      cmdlet,
      hasIdentity: Object.hasOwn(cmdlet.parameters, 'Identity'),
    };
  });
}
