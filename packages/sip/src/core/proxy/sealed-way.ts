import type { Prepared } from './preparation.ts';
import type { ProxyTarget } from './proxy.ts';
import type { ProxyCore } from './proxy-core.ts';

/**
 * Where a request goes that shows a seal of ours: by its flow, or where its Route and URI say. When only its URI is left, and that is of a
 * domain of ours, where its owner has registered (RFC 3261 section 16.5): telephones have GRUUs as their Contacts (RFC 5627 sections 4.4
 * and 5.2), whose domain leads to here, not to them.
 */
export function sealedTargets(
  { options, transports }: Pick<ProxyCore, 'options' | 'transports'>,
  { request, flow }: Prepared,
): readonly ProxyTarget[] | Promise<readonly ProxyTarget[]> {
  const said: readonly ProxyTarget[] = [{ uri: request.uri, flow: flow?.to, flowOnly: flow?.only }];
  const hasFlow = flow && (flow.only || transports.to({ ...flow.to, flow: true }) !== undefined);
  if (hasFlow || request.route.length > 0) return said;
  const located = options.locate?.(request.requestUri);
  return located instanceof Promise ? located.then(found => found ?? said) : (located ?? said);
}
