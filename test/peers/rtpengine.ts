import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, start } from './child.ts';
import { freePort } from './ports.ts';

export interface Rtpengine {
  readonly child: Child;
  /** "127.0.0.1:PORT" of its control protocol. */
  readonly control: string;
}

export interface RtpengineOptions {
  readonly program: string;
  readonly folder: string;
  /**
   * First of 500 ports for media, which no other rtpengine may have at the same time: two that start in the same second begin with the same port, the
   * system lets both have it, and each gets the packets of the other.
   */
  readonly ports: number;
}

/** Starts rtpengine on loopback without its kernel module. */
export async function startRtpengine(t: TestContext, { program, folder, ports }: RtpengineOptions): Promise<Rtpengine> {
  mkdirSync(folder, { recursive: true });
  const control = `127.0.0.1:${await freePort()}`;
  const child = start(
    t,
    program,
    [
      // The distribution's own has ports that only one can have.
      '--config-file=none',
      '--interface=127.0.0.1',
      `--listen-ng=${control}`,
      '--foreground',
      '--log-stderr',
      '--log-level=6',
      '--table=-1',
      `--port-min=${ports}`,
      `--port-max=${ports + 499}`,
      `--pidfile=${join(folder, 'rtpengine.pid')}`,
    ],
    { endWith: 'SIGTERM' },
  );
  await child.prints(/Startup complete/);
  return { child, control };
}
