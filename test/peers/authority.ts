import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority as CertificateAuthority } from '../../packages/sip/test/certificates.ts';

/** Files of a certificate that proves one name. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  /** Both in one file, as baresip wants them. */
  readonly both: string;
}

/** An authority whose certificates lie in files, for programs that read them there. */
export interface AuthorityFiles {
  /** Its own certificate. */
  readonly file: string;
  /** Makes a certificate for that name, and that address when one is given; servers and clients both may use it. */
  issue(name: string, address?: string): Promise<CertificateFiles>;
}

/** Makes an authority in an existing folder. */
export async function makeAuthority(folder: string): Promise<AuthorityFiles> {
  const authority = await CertificateAuthority.named('CN=Authority of the tests');
  const file = join(folder, 'authority.pem');
  writeFileSync(file, authority.certificate);
  return {
    file,
    async issue(name, address) {
      const { certificate, key } = await authority.issue({
        subject: `CN=${name}`,
        names: [['url', `sip:${name}`], ['dns', name], ...(address === undefined ? [] : [['ip', address] as const])],
      });
      const files = {
        certificate: join(folder, `${name}.pem`),
        key: join(folder, `${name}.key`),
        both: join(folder, `${name}.both.pem`),
      };
      writeFileSync(files.certificate, certificate);
      writeFileSync(files.key, key, { mode: 0o600 });
      writeFileSync(files.both, `${certificate}\n${key}`, { mode: 0o600 });
      return files;
    },
  };
}
