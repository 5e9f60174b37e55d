/** Beginnings that the originals write in capitals: `umMailboxPolicy` is shown as "UMMailboxPolicy". */
const CAPITALS = ['um', 'uri', 'tui', 'pin', 'sip', 'ip', 'irm', 'ou', 'dtmf', 'pstn', 'srtp', 'rtcp', 'rtp'];

/** The name that cmdlets show and take for a property: "AllowMissedCallNotifications" for `allowMissedCallNotifications`. */
export function shownName(name: string, { shown }: { readonly shown?: string } = {}): string {
  if (shown !== undefined) return shown;
  const first = /^[a-z0-9]+/.exec(name)?.[0] ?? '';
  return CAPITALS.includes(first)
    ? `${first.toUpperCase()}${name.slice(first.length)}`
    : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}
