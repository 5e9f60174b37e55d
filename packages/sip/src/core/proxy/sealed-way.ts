import type { Uri } from '../../message/grammar.ts';
import type { Prepared } from './preparation.ts';
import type { ProxyTarget } from './proxy.ts';
import type { ProxyCore } from './proxy-core.ts';

/**
 * Where a request goes that shows a seal of ours: by its flow, or where its Route and URI say; a GRUU of ours where its device has
 * registered (RFC 5627 section 5.2): telephones have them as their Contacts (4.4), and their domain
 * leads to here.
 */
export function sealedTargets(
  { options, transports }: Pick<ProxyCore, 'options' | 'transports'>,
  { request, flow }: Prepared,
): readonly ProxyTarget[] | Promise<readonly ProxyTarget[]> {
  const { requestUri, route } = request;
  const said: readonly ProxyTarget[] = [{ uri: request.uri, flow: flow?.to, flowOnly: flow?.only }];
  const hasFlow = flow && (flow.only || transports.to({ ...flow.to, flow: true }) !== undefined);
  if (hasFlow || !isGruu(requestUri)) return said;
  const located = options.locate?.(requestUri);
  const chosen = (found: readonly ProxyTarget[] = said) => (route.length > 0 ? byRoute(found, said) : found);
  return located instanceof Promise ? located.then(chosen) : chosen(located);
}

/** The dialog has its way past here, and whoever is on it may know no GRUUs: only the URI changes (RFC 3261 sections 16.5 and 16.6). */
function byRoute([device]: readonly ProxyTarget[], said: readonly ProxyTarget[]): readonly ProxyTarget[] {
  return device ? [{ uri: device.uri }] : said;
}

const isGruu = (uri: Uri): boolean => (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.parameters.has('gr');
