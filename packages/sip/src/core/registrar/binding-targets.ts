import { parseUri, printUri } from '../../message/index.ts';
import type { ProxyTarget } from '../proxy/proxy.ts';
import type { Binding } from './bindings.ts';

/**
 * Where to send a request for somebody (RFC 3261 section 16.5): one target for each device or address. Several flows of one device are
 * one target, the newest first, the others in case that fails (RFC 5626 section 7).
 */
export function targetsOf(bindings: readonly Binding[]): readonly ProxyTarget[] {
  const devices = new Map<string, readonly Binding[]>();
  for (const binding of bindings) {
    const key = binding.regId === undefined ? `uri ${binding.uri}` : `device ${binding.instance}`;
    devices.set(key, [...(devices.get(key) ?? []), binding]);
  }
  return [...devices.values()].flatMap(deviceTarget);
}

/** The newest way to one device (RFC 5627 section 5.2 asks for one contact only), the others in case it fails. */
export function deviceTarget(bindings: readonly Binding[]): readonly ProxyTarget[] {
  const newestFirst = [...bindings].sort((a, b) => b.registeredAt - a.registeredAt);
  const [newest, ...others] = newestFirst.map(targetOf);
  return newest ? [others.length > 0 ? { ...newest, instead: others } : newest] : [];
}

function targetOf({ uri, path, q, source, regId }: Binding): ProxyTarget {
  const common = { uri: requestUriOf(uri), routes: path, q: q / 1000 };
  // Behind a Path the flow is that proxy's affair; whoever has come by a connection may not be reachable by another.
  if (path.length > 0 || (regId === undefined && source.transport === 'udp')) return common;
  return { ...common, flow: source, ...(regId === undefined ? {} : { flowOnly: true }) };
}

/** A Contact as Request-URI: what must not stand there goes (RFC 3261 section 19.1.1: embedded headers, the method). */
function requestUriOf(text: string): string {
  const uri = parseUri(text);
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return text;
  if (uri.headers.size === 0 && !uri.parameters.has('method')) return text;
  const parameters = new Map(uri.parameters);
  parameters.delete('method');
  return printUri({ ...uri, parameters, headers: new Map() });
}
