import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { type Log, messageOf, ParleyError } from '@parley/base';
import { FrameReader, requestFrame, type VoiceFrame } from './framing.ts';

/** The version of the protocol that is spoken here. */
const PROTOCOL = 1;
const STDERR_KEPT = 2000;

export interface VoiceProgramEvents {
  onFrame(frame: VoiceFrame): void;
  /** Exactly once, when the program is gone, whoever ended it. */
  onGone(reason: ParleyError): void;
}

/** One running voice program: frames in and out, nothing else. It ends by itself when our end of its input closes. */
export class VoiceProgram {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #reader = new FrameReader();
  readonly #events: VoiceProgramEvents;
  #stderr = '';
  #gone = false;

  /** @param command program and arguments; no shell is involved. */
  constructor(command: readonly [string, ...string[]], events: VoiceProgramEvents, log: Log) {
    this.#events = events;
    const [program, ...args] = command;
    // Without our environment: it may hold secrets, and a voice needs none of it.
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
    this.#child.on('error', error => this.#end(`could not be started: ${messageOf(error)}`));
    this.#child.on('exit', (code, signal) =>
      this.#end(`ended (${signal ?? `exit code ${code}`}) ${this.#stderr}`.trim()),
    );
    this.#child.stdin.on('error', error => log.debug('voice program does not listen', { reason: messageOf(error) }));
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#lowerPriority(log);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  ask(request: { readonly id: number; readonly text: string; readonly language: string }): void {
    this.#child.stdin.write(requestFrame(request));
  }

  /** Ends it at once. */
  kill(why: string): void {
    this.#child.kill('SIGKILL');
    this.#end(why);
  }

  /** Resolves when the process is gone. */
  async close(): Promise<void> {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#child.once('exit', () => resolve());
    this.kill('closed');
    await promise;
  }

  #take(chunk: Buffer): void {
    if (this.#gone) return;
    try {
      for (const frame of this.#reader.push(chunk)) {
        if (frame.kind !== 'greeting') this.#events.onFrame(frame);
        else if (frame.protocol !== PROTOCOL) this.kill(`speaks protocol ${frame.protocol}, not ${PROTOCOL}`);
      }
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      this.kill(error.message);
    }
  }

  #end(reason: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.onGone(new ParleyError('VOICE_FAILED', `voice program ${reason}`));
  }

  #lowerPriority(log: Log): void {
    if (this.#child.pid === undefined) return;
    try {
      setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch (error) {
      log.debug('voice program keeps its priority', { reason: messageOf(error) });
    }
  }
}
