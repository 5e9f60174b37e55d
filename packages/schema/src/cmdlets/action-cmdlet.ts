import type { CmdletDefinition } from '../define/cmdlet.ts';
import type { ObjectDefinition } from '../define/object.ts';
import { identityOf } from './object-cmdlets.ts';

/** A cmdlet that has something done to one object of a kind; its first parameter is the object's identity. */
export function actionCmdlet(
  definition: ObjectDefinition,
  cmdlet: Omit<CmdletDefinition, 'kind' | 'changes'> & { readonly changes?: boolean },
): CmdletDefinition {
  return {
    changes: true,
    ...cmdlet,
    kind: definition.kind,
    parameters: { Identity: identityOf(definition, true), ...cmdlet.parameters },
  };
}
