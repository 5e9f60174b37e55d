import type { Uri } from '../message/grammar.ts';
import type { Peer } from './peer.ts';

/**
 * Whether requests to `target` go by `flow`, the way on which the dialog began, and not to where the URI points: RFC 5626 section 4.3
 * when the URI says `ob`; always for WebSocket clients, who listen nowhere (RFC 7118 section 5.2); and for a TLS peer who names itself
 * by its address, because nobody could prove that name to us on a connection of our own.
 */
export function goesByFlow(target: Uri, flow: Peer): boolean {
  if (target.scheme !== 'sip' && target.scheme !== 'sips') return false;
  if (target.parameters.has('ob') || target.host.endsWith('.invalid')) return true;
  const transport = target.parameters.get('transport')?.toLowerCase();
  switch (flow.transport) {
    case 'ws':
    case 'wss':
      return transport === 'ws' || transport === 'wss';
    case 'tls':
      return target.host === flow.address && (transport === 'tls' || target.scheme === 'sips');
    default:
      return false;
  }
}
