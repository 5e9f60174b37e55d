import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, PASSWORD, REALM } from './messages.ts';

const MODULES = '/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/kamailio/modules/:/usr/lib64/kamailio/modules/';

/**
 * The arguments that start Kamailio as a registrar with one worker for UDP: bindings in memory only, digest with counted nonces, no
 * log line for a request. What it checks is what the other one checks.
 */
export function kamailioArguments(folder: string, port: number, digest: Digest): readonly string[] {
  const file = join(folder, 'kamailio.cfg');
  const auth = `
loadmodule "auth.so"
modparam("auth", "nonce_expire", 300)
modparam("auth", "nonce_count", 1)
modparam("auth", "qop", "auth")
modparam("auth", "nid_pool_no", 1)
modparam("auth", "nc_array_size", 8388608)
modparam("auth", "algorithm", "${digest}")`;
  const check = `
  if (!pv_auth_check("${REALM}", "${PASSWORD}", "0", "1")) { www_challenge("${REALM}", "1"); exit; }`;
  writeFileSync(
    file,
    `#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
dns=no
rev_dns=no
listen=udp:127.0.0.1:${port}
mpath="${MODULES}"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
${digest === 'none' ? '' : auth}
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "hash_size", 16)
modparam("registrar", "max_contacts", 10)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (method != "REGISTER") { sl_send_reply("404", "Not Found"); exit; }${digest === 'none' ? '' : check}
  save("location");
  exit;
}
`,
  );
  return [
    '-f',
    file,
    '-DD',
    '-E',
    '-w',
    folder,
    '-Y',
    folder,
    '-P',
    join(folder, 'kamailio.pid'),
    '-m',
    '512',
    '-M',
    '32',
  ];
}
