import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { flag, list, ref, text } from '../define/property.ts';

/** A line that other examples begin with; the password is one that nobody has. */
export const ADMINISTRATOR_MADE = 'New-Administrator ann -Password "seven grey owls at dusk" -Groups "Help Desk"';

const password: Parameter = {
  property: text({ max: 256, help: '15 characters or more; only a hash of it is kept.' }),
  orNull: true,
};

const groups: Parameter = {
  property: list({ of: text({ max: 64, help: 'Name of a role group.' }), help: 'Role groups that he is a member of.' }),
};

const scopes: Parameter = {
  property: list({
    of: text({ max: 1024, help: 'OU:<distinguished name> or site:<name>.' }),
    help: 'Only people in these folders, only configuration of these sites; nothing is left out when there are none.',
  }),
  orNull: true,
};

const certificate: Parameter = {
  property: text({
    max: 520,
    help: 'What his client certificate shows: its SHA-256 fingerprint, email:<address>, dns:<name>, uri:<uri> or subject:<name>.',
  }),
  orNull: true,
};

const oidcSubject: Parameter = {
  property: text({
    max: 512,
    help: 'His account at the sign-in service: its issuer and his subject, a blank between them.',
  }),
  orNull: true,
};

const disabled: Parameter = { property: flag({ default: false, help: 'He cannot sign in, and his sessions end.' }) };

/** The administrator that is meant. */
export const administratorIdentity = (required: boolean): Parameter => ({
  property: text({ max: 256, help: 'Name of the administrator.' }),
  position: 0,
  pipeline: 'object',
  ...(required ? { required: true } : {}),
});

const organization: Parameter = {
  property: ref({
    to: 'Organization',
    help: 'The only organisation that he administers; the whole system without it.',
  }),
};

export const adminAdministratorCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Get-Administrator',
    summary: 'Shows an administrator, or all of them.',
    does: 'getAdministrator',
    changes: false,
    parameters: { Identity: administratorIdentity(false), Organization: organization },
    examples: [{ says: 'Shows who may sign in.', line: 'Get-Administrator' }],
  },
  {
    name: 'New-Administrator',
    summary: 'Makes an administrator, who signs in by password, client certificate or the sign-in service.',
    does: 'newAdministrator',
    changes: true,
    parameters: {
      Name: {
        property: text({ max: 128, help: 'Letters, digits and . _ - @ + \\; upper and lower case are equal.' }),
        position: 0,
        required: true,
      },
      Password: password,
      Groups: groups,
      Scopes: scopes,
      Certificate: certificate,
      OidcSubject: oidcSubject,
      Organization: organization,
    },
    examples: [
      { says: 'Makes somebody for the help desk.', line: ADMINISTRATOR_MADE },
      {
        says: 'Makes somebody who shows a certificate, for the voice mail of the people in Finance.',
        line: 'New-Administrator bob -Certificate email:bob@contoso.com -Groups "UM Management" -Scopes "OU:ou=Finance,dc=contoso,dc=com"',
      },
    ],
  },
  {
    name: 'Set-Administrator',
    summary: 'Changes an administrator; a new password, and being disabled, ends his sessions.',
    does: 'setAdministrator',
    changes: true,
    parameters: {
      Identity: administratorIdentity(true),
      Password: password,
      Groups: groups,
      Scopes: scopes,
      Certificate: certificate,
      OidcSubject: oidcSubject,
      Disabled: disabled,
      Unlock: { property: flag({ default: false, help: 'Forgets wrong passwords.' }), isSwitch: true },
    },
    examples: [
      {
        says: 'Lets somebody in again who has mistyped his password too often.',
        line: 'Set-Administrator ann -Unlock',
        before: [ADMINISTRATOR_MADE],
      },
      { says: 'Keeps somebody out.', line: 'Set-Administrator ann -Disabled $true', before: [ADMINISTRATOR_MADE] },
    ],
  },
  {
    name: 'Remove-Administrator',
    summary: 'Removes an administrator, with sessions and tokens.',
    does: 'removeAdministrator',
    changes: true,
    asks: true,
    parameters: { Identity: administratorIdentity(true) },
    examples: [
      {
        says: 'Removes one without asking.',
        line: 'Remove-Administrator ann -Confirm:$false',
        before: [ADMINISTRATOR_MADE],
      },
    ],
  },
  {
    name: 'Get-AdminSession',
    summary: 'Shows where an administrator is signed in.',
    does: 'getAdminSession',
    changes: false,
    parameters: { Administrator: administratorIdentity(true) },
    examples: [{ says: 'Shows the sessions of one.', line: 'Get-AdminSession ann', before: [ADMINISTRATOR_MADE] }],
  },
  {
    name: 'Remove-AdminSession',
    summary: 'Signs an administrator out everywhere.',
    does: 'removeAdminSession',
    changes: true,
    asks: true,
    parameters: { Administrator: administratorIdentity(true) },
    examples: [
      {
        says: 'Ends all sessions of one.',
        line: 'Remove-AdminSession ann -Confirm:$false',
        before: [ADMINISTRATOR_MADE],
      },
    ],
  },
];
