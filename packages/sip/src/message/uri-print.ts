import { escaped } from './escapes.ts';
import type { Parameters, SipUri, Uri } from './grammar.ts';
import { PASSWORD, URI_HEADER, URI_PARAMETER, USER } from './octets.ts';

/** Prints a URI; whatever its parts may not hold is escaped. `parseUri(printUri(uri))` gives the same URI. */
export function printUri(uri: Uri): string {
  switch (uri.scheme) {
    case 'sip':
    case 'sips':
      return printSipUri(uri);
    case 'tel':
      return `tel:${uri.number}${printUriParameters(uri.parameters)}`;
    case 'other':
      return uri.text;
  }
}

function printSipUri(uri: SipUri): string {
  const password = uri.password === undefined ? '' : `:${escaped(uri.password, PASSWORD)}`;
  const userInfo = uri.user === '' ? '' : `${escaped(uri.user, USER)}${password}@`;
  const headers = [...uri.headers].map(([name, value]) => `${escaped(name, URI_HEADER)}=${escaped(value, URI_HEADER)}`);
  const query = headers.length === 0 ? '' : `?${headers.join('&')}`;
  return `${uri.scheme}:${userInfo}${printHostPort(uri.host, uri.port)}${printUriParameters(uri.parameters)}${query}`;
}

/** "host", "host:port", "[ipv6]:port". */
export function printHostPort(host: string, port?: number): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? shown : `${shown}:${port}`;
}

function printUriParameters(parameters: Parameters): string {
  let result = '';
  for (const [name, value] of parameters) {
    result += `;${escaped(name, URI_PARAMETER)}`;
    if (value !== '') result += `=${escaped(value, URI_PARAMETER)}`;
  }
  return result;
}
