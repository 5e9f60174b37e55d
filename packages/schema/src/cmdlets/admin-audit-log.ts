import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { list, ref, text } from '../define/property.ts';

const several = (help: string, each: string): Parameter => ({
  property: list({ of: text({ max: 256, help: each }), help }),
});

const day = (help: string): Parameter => ({
  property: text({ max: 40, help: `${help}: a date such as 2026-11-21, or a time such as 2026-11-21T13:00:00Z.` }),
});

const found = {
  Cmdlets: several('Only these cmdlets; sign-in, sign-out and set-up are found here too.', 'Name of a cmdlet.'),
  StartDate: day('Only what was done then or later'),
  EndDate: day('Only what was done before then'),
} as const;

export const adminAuditLogCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Search-AdminAuditLog',
    summary: 'Shows what administrators did, and what was refused, the newest first.',
    does: 'searchAdminAuditLog',
    changes: false,
    parameters: {
      ...found,
      ObjectIds: several('Only what was done to these objects.', 'Id or name of an object.'),
      UserIds: several('Only what these administrators did.', 'Name of an administrator.'),
      ResultSize: {
        property: text({ max: 10, help: 'Most entries in the answer, 1 to 250,000; 1,000 when not given.' }),
      },
      Organization: { property: ref({ to: 'Organization', help: 'Only what was done in this organisation.' }) },
    },
    examples: [
      {
        says: 'Shows what was done to mailboxes.',
        line: 'Search-AdminAuditLog -Cmdlets Set-UMMailbox,Enable-UMMailbox',
      },
      {
        says: 'Shows sign-ins that were refused.',
        line: 'Search-AdminAuditLog -Cmdlets sign-in | Where-Object Outcome -eq refused',
      },
    ],
  },
  {
    name: 'Export-AdminAuditLog',
    summary: 'Answers with the audit log as a table (CSV), the oldest entry first, with the hash of each.',
    does: 'exportAdminAuditLog',
    changes: false,
    parameters: { ...found, Organization: { property: ref({ to: 'Organization', help: 'Only this organisation.' }) } },
    examples: [{ says: 'Keeps a month.', line: 'Export-AdminAuditLog -StartDate 2026-11-01 -EndDate 2026-12-01' }],
  },
  {
    name: 'Get-AdminAuditLogConfig',
    summary: 'Shows what is written into the audit log, and for how long it is kept.',
    does: 'getAdminAuditLogConfig',
    changes: false,
    parameters: {},
    examples: [{ says: 'Shows it.', line: 'Get-AdminAuditLogConfig' }],
  },
  {
    name: 'Test-AdminAuditLog',
    summary: 'Checks that no entry of the audit log was changed, removed or put in between.',
    does: 'testAdminAuditLog',
    changes: false,
    parameters: {
      Organization: { property: ref({ to: 'Organization', help: 'Only the entries of this organisation.' }) },
    },
    examples: [{ says: 'Checks the whole chain.', line: 'Test-AdminAuditLog' }],
  },
];
