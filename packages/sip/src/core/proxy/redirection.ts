import { parseQ } from '../../message/contact-list.ts';
import type { SipUri, Uri } from '../../message/grammar.ts';
import { SipParseError, type SipResponse } from '../../message/index.ts';
import type { Eventually } from '../registrar/bindings.ts';
import type { ProxyOptions, ProxyTarget } from './proxy.ts';

/**
 * Where a 3xx leads (RFC 3261 section 16.5), at most so many of its Contacts: what is a name of ours, where its owner has registered, as
 * for a call that asks for it at once. It leads to here: sent there it would come back, with credentials for another Request-URI.
 */
export function redirectedTargets(
  response: SipResponse,
  { locate, most }: Pick<ProxyOptions, 'locate'> & { readonly most: number },
): Eventually<readonly ProxyTarget[]> {
  const all = contactsOf(response)
    .slice(0, most)
    .map(contact => located(contact, locate));
  if (!all.some(one => one instanceof Promise)) return all.flatMap(one => (one instanceof Promise ? [] : one));
  return Promise.all(all).then(each => each.flat());
}

interface Redirection {
  readonly uri: SipUri;
  readonly target: ProxyTarget & { readonly q: number };
}

/** Embedded headers of a Contact are for the user agent that follows it, not for us; Contacts that cannot be read are for nobody. */
function contactsOf(response: SipResponse): readonly Redirection[] {
  try {
    return response.contacts.flatMap(({ uri, uriText, parameters }) => {
      if (!isSip(uri) || uri.headers.size > 0) return [];
      return [{ uri, target: { uri: uriText, q: parseQ(parameters.get('q')) / 1000 } }];
    });
  } catch (thrown) {
    if (thrown instanceof SipParseError) return [];
    throw thrown;
  }
}

/** An address-of-record and a GRUU have no port: whoever says one means that place, even where an address is a domain of ours. */
function located({ uri, target }: Redirection, locate: ProxyOptions['locate']): Eventually<readonly ProxyTarget[]> {
  const found = uri.port === undefined ? locate?.(uri) : undefined;
  const weighed = (targets: readonly ProxyTarget[] | undefined): readonly ProxyTarget[] =>
    targets ? targets.map(one => ({ ...one, q: target.q * (one.q ?? 1) })) : [target];
  return found instanceof Promise ? found.then(weighed) : weighed(found);
}

const isSip = (uri: Uri): uri is SipUri => uri.scheme === 'sip' || uri.scheme === 'sips';
