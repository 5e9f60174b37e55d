import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, start } from './child.ts';
import { freePort } from './ports.ts';

/** Starts baresip, which calls `target`, plays a WAV file (8 kHz, mono, 16 bit) and hangs up at its end. What it hears goes to `<folder>/heard.wav`. */
export async function startBaresip(
  t: TestContext,
  options: { readonly program: string; readonly folder: string; readonly wav: string; readonly target: string },
): Promise<Child> {
  const { program, folder, wav, target } = options;
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const lines = [
    `sip_listen 127.0.0.1:${port}`,
    'net_interface 127.0.0.1',
    'rtp_ports 18000-18100',
    `audio_source aufile,${wav}`,
    `audio_player aufile,${join(folder, 'heard.wav')}`,
    `audio_alert aufile,${join(folder, 'none.wav')}`,
    'module_path /usr/lib/baresip/modules',
    'module g711.so',
    'module account.so',
    'module menu.so',
    'module aufile.so',
  ];
  writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'accounts'), `"Alice Baresip" <sip:alice@127.0.0.1:${port}>;regint=0\n`);
  writeFileSync(join(folder, 'contacts'), '');
  return start(t, program, ['-f', folder, '-e', `/dial ${target}`, '-t', '40']);
}
