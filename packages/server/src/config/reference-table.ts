import type { reference } from './config.ts';

/** The configuration reference as a Markdown table: what the README holds and `parley config` prints. */
export function referenceTable(rows: ReturnType<typeof reference>): string {
  const lines = rows.map(
    row =>
      `| \`${row.key}\` | ${initial(row.default)} | ${row.help} Allowed: ${row.allowed}. | ${row.live ? 'SIGHUP' : 'restart'} |`,
  );
  return ['| Key | Default | Meaning | Takes effect |', '|---|---|---|---|', ...lines].join('\n');
}

function initial(value: unknown): string {
  return value === undefined ? 'nothing' : `\`${Array.isArray(value) ? value.join(', ') : String(value)}\``;
}
