import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { integer, list, text } from '../define/property.ts';
import { ADMINISTRATOR_MADE } from './admin-administrators.ts';

/** Days that a token lives when nothing else is said, and at most. */
export const USUAL_TOKEN_DAYS = 90;
export const LONGEST_TOKEN_DAYS = 366;

const administrator: Parameter = {
  property: text({ max: 256, help: 'Whose token it is; your own when not given.' }),
};

export const adminTokenCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Get-AdminToken',
    summary: 'Shows the API tokens of an administrator; never their secrets.',
    does: 'getAdminToken',
    changes: false,
    parameters: { Administrator: administrator },
    examples: [
      { says: 'Shows those of somebody.', line: 'Get-AdminToken -Administrator ann', before: [ADMINISTRATOR_MADE] },
    ],
  },
  {
    name: 'New-AdminToken',
    summary: 'Makes an API token, and shows its secret this once.',
    does: 'newAdminToken',
    changes: true,
    parameters: {
      Name: {
        property: text({ max: 64, help: 'What it is for; stands in the audit log.' }),
        position: 0,
        required: true,
      },
      Administrator: administrator,
      Scopes: {
        property: list({
          of: text({ max: 128, help: 'cmdlet:<name> or group:<role group>.' }),
          help: 'Only these cmdlets, and what these role groups may, of what the administrator may; everything without it.',
        }),
      },
      Days: {
        property: integer({
          default: USUAL_TOKEN_DAYS,
          min: 1,
          max: LONGEST_TOKEN_DAYS,
          unit: 'days',
          help: 'How long it lives.',
        }),
      },
    },
    examples: [
      {
        says: 'Makes a token for a programme that only reads mailboxes, for a month.',
        line: 'New-AdminToken inventory -Administrator ann -Scopes cmdlet:Get-UMMailbox -Days 30',
        before: [ADMINISTRATOR_MADE],
      },
    ],
  },
  {
    name: 'Remove-AdminToken',
    summary: 'Removes an API token; whoever shows it is nobody from then on.',
    does: 'removeAdminToken',
    changes: true,
    asks: true,
    parameters: {
      Identity: {
        property: text({ max: 64, help: 'Id of the token, as Get-AdminToken shows it.' }),
        position: 0,
        required: true,
        pipeline: 'property',
      },
    },
    examples: [
      {
        says: 'Removes all tokens of somebody, without asking.',
        line: 'Get-AdminToken -Administrator ann | Remove-AdminToken -Confirm:$false',
        before: [ADMINISTRATOR_MADE, 'New-AdminToken inventory -Administrator ann'],
      },
    ],
  },
];
