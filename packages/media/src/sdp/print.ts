import type { Connection, ExtraLine, MediaDescription, SessionDescription } from './description.ts';

/** RFC 8866 5: the order that lines have to be in, with `c` where it belongs among the lines that are only carried along. */
const ORDER = 'iuepcbtrzk';

/** Writes a description (RFC 8866), CRLF after every line. The values are written as they are; whoever made them kept line ends out. */
export function printSdp(description: SessionDescription): string {
  const { origin } = description;
  const lines = [
    'v=0',
    `o=${origin.userName} ${origin.sessionId} ${origin.version} ${address(origin.connection)}`,
    `s=${description.name}`,
    ...section(description, description.extras.some(extra => extra.type === 't') ? [] : [{ type: 't', value: '0 0' }]),
    ...description.media.flatMap(media => [mediaLine(media), ...section(media, [])]),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function mediaLine({ media, port, portCount, protocol, formats }: MediaDescription): string {
  return `m=${media} ${port}${portCount === undefined ? '' : `/${portCount}`} ${protocol} ${formats.join(' ')}`;
}

function address({ family, address, suffix }: Connection): string {
  return `IN ${family} ${address}${suffix === undefined ? '' : `/${suffix}`}`;
}

/** What a session and a medium have in common. `r=` belongs to the `t=` before it, so both keep their order among each other. */
function section(part: SessionDescription | MediaDescription, added: readonly ExtraLine[]): string[] {
  const rank = (line: string) => ORDER.indexOf(line[0] === 'r' ? 't' : line[0]);
  const lines = [...part.extras, ...added].map(extra => `${extra.type}=${extra.value}`);
  if (part.connection) lines.push(`c=${address(part.connection)}`);
  lines.sort((a, b) => rank(a) - rank(b));
  return [...lines, ...part.attributes.map(({ name, value }) => `a=${name}${value === undefined ? '' : `:${value}`}`)];
}
