/** A command and what it does, one line. */
export interface CommandSummary {
  readonly name: string;
  readonly summary: string;
}

/** What `parley --help` prints. */
export function generalHelp(commands: readonly CommandSummary[]): string {
  const rows: readonly CommandSummary[] = [
    { name: 'serve', summary: 'run the server' },
    { name: 'demo', summary: 'see it work: a server, a call, and the message that arrives' },
    { name: 'config', summary: 'print every key of the configuration file with its default' },
    ...commands,
  ];
  const width = Math.max(...rows.map(row => row.name.length));
  return [
    'parley: an open unified messaging server',
    '',
    'Usage: parley COMMAND [OPTIONS]',
    '',
    ...rows.flatMap(({ name, summary }) => beside(`  ${name.padEnd(width)}  `, summary)),
    '',
    'Examples:',
    '  parley demo --once',
    '  parley serve --data /var/lib/parley --config /etc/parley.yaml',
    '  parley mailbox list --data /var/lib/parley',
    '  parley Set-UMMailbox ann -MissedCallNotificationEnabled false',
    "  parley 'Get-UMMailbox | Format-Table Name, Extensions'",
    '',
    'Every command has a --help of its own.',
  ].join('\n');
}

/** Columns of a terminal. */
const COLUMNS = 80;

/** A text behind its name, broken between words; what follows stands below its beginning. */
function beside(name: string, text: string): string[] {
  const lines: string[] = [];
  let line = name;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = ' '.repeat(name.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** What `parley serve --help` prints. */
export function serveHelp(): string {
  return [
    'Usage: parley serve [--data DIR] [--config FILE]',
    '',
    '  --data DIR     folder for everything that is kept',
    '                 (default ./parley-data; made when it is not there)',
    '  --config FILE  YAML file for this machine (default: none, every key has its',
    '                 default; "parley config" prints them)',
    '',
    'The first start makes an organisation with mailboxes 1001 to 1003 that may be',
    'called from this machine.',
    'SIGTERM takes no new calls and lets the present ones finish; another one, a',
    'second or more later, ends them at once.',
    'SIGHUP reads FILE again.',
    'Exit codes: 0 ended in order, 1 failed while running, 2 could not start.',
    '',
    'Examples:',
    '  parley serve',
    '  parley serve --data /var/lib/parley --config /etc/parley.yaml',
  ].join('\n');
}

/** What `parley demo --help` prints. */
export function demoHelp(): string {
  return [
    'Usage: parley demo [--once]',
    '',
    'Starts a server in a temporary folder, calls mailbox 1001 with a telephone of',
    'its own, leaves a spoken message, and shows what happens until the message has',
    'arrived. Then the server stays up for your own telephone.',
    '',
    '  --once  end when the message has arrived: exit code 0, or 1 when it did not',
    '          within 30 s',
    '',
    'Example:',
    '  parley demo --once',
  ].join('\n');
}
