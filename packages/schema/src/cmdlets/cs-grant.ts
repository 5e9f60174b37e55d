import type { CmdletDefinition, Example } from '../define/cmdlet.ts';
import { ref, text } from '../define/property.ts';
import { DOMAIN_CONTROLLER, grantee, PASS_THRU } from './cs-parameters.ts';

/** `Grant-` of a policy: it is given to a person or a contact by its name, and `$null` takes it away. */
export const grantCmdlet = (kind: string, examples: readonly Example[]): CmdletDefinition => ({
  name: `Grant-${kind}`,
  summary: `Gives a ${kind} to people and contacts.`,
  kind,
  does: 'grant',
  parameters: {
    Holder: grantee('it is given to'),
    PolicyName: {
      property: text({ max: 256, help: 'Name of the policy, with or without tag:; $null takes it away.' }),
      position: 1,
      orNull: true,
    },
    PassThru: PASS_THRU,
    DomainController: DOMAIN_CONTROLLER,
    Tenant: { property: ref({ to: 'Organization', help: 'The tenant that is meant.' }), aliases: ['TenantID'] },
  },
  changes: true,
  examples,
});
