import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority as CertificateAuthority, type Name } from '../../packages/sip/test/certificates.ts';

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
  /** Makes a certificate for that SIP domain, and for whatever else is given; servers and clients both may use it. */
  issue(domain: string, others?: readonly Name[]): Promise<CertificateFiles>;
}

/** Makes an authority in an existing folder. */
export async function makeAuthority(folder: string): Promise<AuthorityFiles> {
  const authority = await CertificateAuthority.named('CN=Authority of the tests');
  const file = join(folder, 'authority.pem');
  writeFileSync(file, authority.certificate);
  return {
    file,
    async issue(domain, others = []) {
      const { certificate, key } = await authority.issue({
        subject: `CN=${domain}`,
        names: [['url', `sip:${domain}`], ['dns', domain], ...others],
      });
      const files = {
        certificate: join(folder, `${domain}.pem`),
        key: join(folder, `${domain}.key`),
        both: join(folder, `${domain}.both.pem`),
      };
      writeFileSync(files.certificate, certificate);
      writeFileSync(files.key, key, { mode: 0o600 });
      writeFileSync(files.both, `${certificate}\n${key}`, { mode: 0o600 });
      return files;
    },
  };
}
