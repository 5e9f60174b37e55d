import type { ListenPoint } from './kinds.ts';
import type { Problem } from './problem.ts';
import type { Config } from './settings.ts';

/** What each key allows and the keys together do not. */
export function contradictions({ sip, speech }: Pick<Config, 'sip' | 'speech'>): Problem[] {
  return [...twiceListened(sip.listen), ...shortTimer(sip.sessionTimer), ...voiceNowhere(speech)];
}

/** Two listen points cannot have one port: everything but UDP is TCP underneath. */
function* twiceListened(points: readonly ListenPoint[]): Generator<Problem> {
  const taken = new Map<string, string>();
  for (const { transport, address, port } of points) {
    // Any free port is another one each time.
    if (port === 0) continue;
    const point = `${transport}:${address.includes(':') ? `[${address}]` : address}:${port}`;
    const socket = `${transport === 'udp' ? 'udp' : 'tcp'} ${address} ${port}`;
    const other = taken.get(socket);
    if (other === point) yield problem(`has ${point} twice`);
    else if (other) yield problem(`has ${other} and ${point}, which are one TCP port: give them a port each`);
    taken.set(socket, point);
  }
}

const problem = (text: string): Problem => ({ path: ['sip', 'listen'], text: `sip.listen ${text}` });

/** RFC 4028 section 5: an interval below the minimum is one that we would refuse ourselves. */
function* shortTimer({ expires, minimum }: Config['sip']['sessionTimer']): Generator<Problem> {
  if (expires === 0 || expires >= minimum) return;
  const text = `sip.sessionTimer.expires is ${expires}; allowed: 0, or at least sip.sessionTimer.minimum (${minimum})`;
  yield { path: ['sip', 'sessionTimer', 'expires'], text };
}

function* voiceNowhere({ engine, url }: Config['speech']): Generator<Problem> {
  if (engine === 'http' && url === undefined)
    yield {
      path: ['speech', 'engine'],
      text: 'speech.engine is "http", which needs speech.url: where that service is',
    };
}
