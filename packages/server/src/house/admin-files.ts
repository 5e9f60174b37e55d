import { readFileSync } from 'node:fs';
import type { DoorTls, OidcOptions, OtherDoor } from '@parley/admin';
import { messageOf, ParleyError } from '@parley/base';
import { roleGroupNamed, roleGroups } from '@parley/schema';
import type { Config } from '../config/settings.ts';
import { type PemFile, readAuthorities, readKeyPair } from './pem-files.ts';

type AdminConfig = Config['admin'];
type At = (path: string) => string;

/**
 * What the files named in `admin` hold; undefined when HTTPS is off.
 * @throws ParleyError CONFIG_INVALID when there is no certificate for it, or a file is not what it should be.
 */
export function readDoorTls({ listen, certificate, key, clientAuthorities }: AdminConfig, at: At): DoorTls | undefined {
  if (!listen) return undefined;
  if (certificate === undefined || key === undefined)
    throw new ParleyError(
      'CONFIG_INVALID',
      'admin.listen needs a certificate: set admin.certificate and admin.key (docs/guides/api.md)',
    );
  const file = (name: string, path: string): PemFile => ({ setting: `admin.${name}`, path: at(path) });
  return {
    ...readKeyPair(file('certificate', certificate), file('key', key)),
    ...(clientAuthorities === undefined
      ? {}
      : { clientAuthorities: readAuthorities(file('clientAuthorities', clientAuthorities)) }),
  };
}

/**
 * The node that commands are passed on to; undefined when this one administers itself.
 * @throws ParleyError CONFIG_INVALID when both are configured, when there is no token, or a file is not what it should be.
 */
export function readOtherDoor({ url, tokenFile, authorities, listen }: AdminConfig, at: At): OtherDoor | undefined {
  if (url === undefined) return undefined;
  if (listen) throw new ParleyError('CONFIG_INVALID', 'admin.url and admin.listen exclude one another: unset one');
  if (tokenFile === undefined) throw new ParleyError('CONFIG_INVALID', 'admin.url needs a token: set admin.tokenFile');
  const token = contentOf('admin.tokenFile', at(tokenFile)).trim();
  return {
    url,
    token,
    ...(authorities === undefined
      ? {}
      : { authorities: readAuthorities({ setting: 'admin.authorities', path: at(authorities) }) }),
  };
}

/**
 * The sign-in service of the organisation; undefined when there is none.
 * @throws ParleyError CONFIG_INVALID when it has no client, a role group is not known, or a file cannot be read.
 */
export function readOidc({ oidc }: AdminConfig, at: At): OidcOptions | undefined {
  const { issuer, clientId, clientSecretFile, scope, groupsClaim, groups = [] } = oidc;
  if (issuer === undefined) return undefined;
  if (clientId === undefined)
    throw new ParleyError('CONFIG_INVALID', 'admin.oidc.issuer needs a client: set admin.oidc.clientId');
  return {
    issuer,
    clientId,
    ...(clientSecretFile === undefined
      ? {}
      : { clientSecret: contentOf('admin.oidc.clientSecretFile', at(clientSecretFile)).trim() }),
    ...(scope === undefined ? {} : { scope }),
    ...(groupsClaim === undefined ? {} : { groupsClaim }),
    groups: roleGroupsOf(groups),
  };
}

function roleGroupsOf(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const pairs = lines.map(line => {
    const [value, name] = line.split('=').map(part => part.trim());
    const group = roleGroupNamed(name);
    if (group) return { value, group: group.name };
    const known = roleGroups.map(each => each.name).join(', ');
    throw new ParleyError(
      'CONFIG_INVALID',
      `admin.oidc.groups: there is no role group "${name}": it is one of ${known}`,
    );
  });
  const byValue = Map.groupBy(pairs, ({ value }) => value);
  return Object.fromEntries([...byValue].map(([value, found]) => [value, found.map(({ group }) => group)]));
}

function contentOf(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ParleyError('CONFIG_INVALID', `${key}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
