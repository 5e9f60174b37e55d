import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readWavAt8k } from '@parley/media';
import type { AuthorityFiles, CertificateFiles } from './authority.ts';
import { type Child, start } from './child.ts';
import { freePort } from './ports.ts';
import { writeWavFile } from './sound.ts';

/** The codecs it may offer: the module that speaks each, and the rate of the file that it plays then. */
const CODECS = {
  PCMU: { module: 'g711.so', account: 'PCMU/8000/1', rate: 8000 },
  G722: { module: 'g722.so', account: 'G722/16000/1', rate: 16_000 },
  opus: { module: 'opus.so', account: 'opus/48000/2', rate: 48_000 },
} as const;

/** How its media are encrypted: what its configuration says, the modules for it, and what its account says. */
const KEYS = {
  none: { config: [], modules: [], account: [] },
  sdes: { config: [], modules: ['srtp.so'], account: ['mediaenc=srtp-mand'] },
  // Its ICE is a full one; DTLS is that of OpenSSL.
  dtls: {
    config: ['rtcp_mux yes'],
    modules: ['dtls_srtp.so', 'ice.so'],
    account: ['mediaenc=dtls_srtp', 'medianat=ice'],
  },
} as const;

export interface BaresipOptions {
  readonly program: string;
  readonly folder: string;
  /** What it says, at any rate: it plays it from the answer on and hangs up at the end. */
  readonly say: (rate: number) => Int16Array;
  readonly target: string;
  /** The only codec it offers; 'PCMU' when left out. */
  readonly codec?: keyof typeof CODECS;
  /** By TLS, with this certificate; by UDP when left out. */
  readonly tls?: { readonly authority: AuthorityFiles; readonly own: CertificateFiles };
  /** No call without encrypted media, the keys of which come this way; 'none' when left out. */
  readonly keys?: keyof typeof KEYS;
}

/** A baresip that has been told to call. */
export interface Baresip {
  readonly child: Child;
  /** Resolves with what it heard in its call, 8 kHz, when that is over. */
  heard(): Promise<Int16Array>;
}

/** Starts baresip, which calls `target`, says something and hangs up. */
export async function startBaresip(t: TestContext, options: BaresipOptions): Promise<Baresip> {
  const { program, folder, say, target, tls } = options;
  const codec = CODECS[options.codec ?? 'PCMU'];
  const keys = KEYS[options.keys ?? 'none'];
  mkdirSync(folder, { recursive: true });
  const wav = join(folder, 'say.wav');
  writeWavFile(wav, say(codec.rate), codec.rate);
  const port = await freePort();
  const lines = [
    `sip_listen 127.0.0.1:${port}`,
    ...(tls ? [`sip_cafile ${tls.authority.file}`, `sip_certificate ${tls.own.both}`] : []),
    'net_interface 127.0.0.1',
    'rtp_ports 18000-18200',
    ...keys.config,
    `audio_source aufile,${wav}`,
    `audio_alert aufile,${join(folder, 'none.wav')}`,
    `snd_path ${folder}`,
    // One channel, as in the file.
    'opus_stereo no',
    'opus_sprop_stereo no',
    'module_path /usr/lib/baresip/modules',
    ...[codec.module, ...keys.modules, 'account.so', 'menu.so', 'aufile.so', 'sndfile.so'].map(
      each => `module ${each}`,
    ),
  ];
  writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`);
  const parameters = ['regint=0', `audio_codecs=${codec.account}`, ...keys.account];
  const address = `sip:alice@127.0.0.1:${port}${tls ? ';transport=tls' : ''}`;
  writeFileSync(join(folder, 'accounts'), `"Alice Baresip" <${address}>;${parameters.join(';')}\n`);
  writeFileSync(join(folder, 'contacts'), '');
  const child = start(t, program, ['-f', folder, '-e', `/dial ${target}`, '-t', '40']);
  return {
    child,
    async heard() {
      await child.prints(/terminated \(duration/);
      // Its module "sndfile" names the files by the time of day.
      const [dump] = readdirSync(folder).filter(name => name.endsWith('-dec.wav'));
      return readWavAt8k(readFileSync(join(folder, dump)));
    },
  };
}
