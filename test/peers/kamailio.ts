import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AuthorityFiles, CertificateFiles } from './authority.ts';
import { type Child, start } from './child.ts';
import { freePort } from './ports.ts';

const MODULES = '/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/kamailio/modules/:/usr/lib64/kamailio/modules/';

export interface KamailioOptions {
  readonly program: string;
  readonly folder: string;
  /** Modules beside those of every proxy, such as 'rtpengine'. */
  readonly modules?: readonly string[];
  /** `modparam` lines. */
  readonly parameters?: readonly string[];
  /** `route[NEW]`: what is done with a request that begins a call or stands alone; and the routes that it names. */
  readonly routes: string;
  /** Speaks TLS: whom it believes, and its certificate, which it does not show to servers when it is `nameless`. */
  readonly tls?: { readonly authority: AuthorityFiles; readonly own: CertificateFiles; readonly nameless?: boolean };
}

export interface Kamailio {
  readonly child: Child;
  /** "127.0.0.1:PORT", UDP and TCP. */
  readonly address: string;
}

/** Starts Kamailio as a proxy that stays in the way of its calls (Record-Route) and leads new ones by the routes given. */
export async function startKamailio(t: TestContext, options: KamailioOptions): Promise<Kamailio> {
  const { program, folder, modules = [], parameters = [], routes, tls } = options;
  mkdirSync(folder, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const loaded = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'siputils', 'textops', ...(tls ? ['tls'] : []), ...modules];
  if (tls) writeFileSync(join(folder, 'tls.cfg'), tlsFile(tls));
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(
    file,
    `#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:${address}
listen=tcp:${address}
${tls ? `enable_tls=yes\nlisten=tls:127.0.0.1:${await freePort()}` : ''}
mpath="${MODULES}"
${loaded.map(name => `loadmodule "${name}.so"`).join('\n')}
${tls ? `modparam("tls", "config", "${join(folder, 'tls.cfg')}")` : ''}
${parameters.join('\n')}
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { route(INDIALOG); t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) { t_relay(); }
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  t_check_trans();
  if (is_method("INVITE")) record_route();
  route(NEW);
  exit;
}
${routes.includes('route[INDIALOG]') ? '' : 'route[INDIALOG] { return; }'}
${routes}
`,
  );
  const args = ['-f', file, '-DD', '-E', '-w', folder, '-Y', folder, '-P', join(folder, 'kamailio.pid')];
  const child = start(t, program, [...args, '-m', '64', '-M', '8'], { endWith: 'SIGTERM' });
  await child.prints(/Listening on/);
  return { child, address };
}

function tlsFile({ authority, own, nameless = false }: Required<KamailioOptions>['tls']): string {
  const lines = ['method = TLSv1.2+', 'verify_certificate = yes', `ca_list = ${authority.file}`];
  const shown = [`certificate = ${own.certificate}`, `private_key = ${own.key}`];
  return ['[server:default]', ...lines, ...shown, '[client:default]', ...lines, ...(nameless ? [] : shown), ''].join(
    '\n',
  );
}
