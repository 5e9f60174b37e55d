import type { CmdletDefinition } from '../define/cmdlet.ts';
import { ref, text } from '../define/property.ts';
import { mailbox } from '../objects/mailbox.ts';

/** Cmdlets that make many objects of one table. */
export const bulkImportCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Import-UMMailbox',
    summary: 'Makes mailboxes of the lines of a CSV table, all of them or none; every line that is refused is told.',
    kind: mailbox.kind,
    does: 'importTable',
    changes: true,
    parameters: {
      Path: {
        property: text({
          max: 4096,
          help: 'The file, read by the shell. Its first line has the names of parameters of Set-UMMailbox.',
        }),
        position: 0,
        inSets: ['Path'],
        required: true,
      },
      FileData: {
        property: text({ max: 200_000, format: 'paragraphs', help: 'The table itself.' }),
        inSets: ['FileData'],
        required: true,
      },
      UMMailboxPolicy: {
        property: ref({ to: 'UMMailboxPolicy', help: 'The policy of those lines that have none.' }),
      },
      Organization: {
        property: ref({ to: 'Organization', help: 'The tenant that is meant, when there are several.' }),
      },
    },
    examples: [
      {
        says: 'Makes two mailboxes.',
        line: 'Import-UMMailbox -FileData "Name,Extensions`ndan,5101`neve,5102" -UMMailboxPolicy "MyDialPlan Default Policy"',
        before: ['New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4'],
      },
    ],
  },
];
