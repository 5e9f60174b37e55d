import type { Uri } from '../../message/grammar.ts';
import type { Prepared } from './preparation.ts';
import type { ProxyTarget } from './proxy.ts';
import type { ProxyCore } from './proxy-core.ts';

/**
 * Where a request goes that shows a seal of ours: by its flow, or where its Route and URI say. When only its URI is left, and that is a
 * GRUU of ours, where its device has registered (RFC 5627 section 5.2): telephones have them as their Contacts (4.4), and their domain
 * leads to here.
 */
export function sealedTargets(
  { options, transports }: Pick<ProxyCore, 'options' | 'transports'>,
  { request, flow }: Prepared,
): readonly ProxyTarget[] | Promise<readonly ProxyTarget[]> {
  const { requestUri, route } = request;
  const said: readonly ProxyTarget[] = [{ uri: request.uri, flow: flow?.to, flowOnly: flow?.only }];
  const hasFlow = flow && (flow.only || transports.to({ ...flow.to, flow: true }) !== undefined);
  if (hasFlow || route.length > 0 || !isGruu(requestUri)) return said;
  const located = options.locate?.(requestUri);
  return located instanceof Promise ? located.then(found => found ?? said) : (located ?? said);
}

const isGruu = (uri: Uri): boolean => (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.parameters.has('gr');
