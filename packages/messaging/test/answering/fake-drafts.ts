import { ParleyError } from '@parley/base';
import type { Recorded } from '@parley/call';
import type { Draft, Drafts, Envelope, Sealed, TakeRole } from '@parley/spool';

/** What a test may have the spool fail at. */
export type SpoolFailure = 'begin' | 'accept' | 'seal' | 'discard' | 'notice';

interface FakeTake {
  readonly role: TakeRole;
  millis: number;
  soundMillis: number;
}

/** A spool that writes into the transcript instead of a log, so that a test sees what was synced before what was said. */
export class FakeDrafts implements Drafts {
  readonly begun: Envelope[] = [];
  readonly notices: { readonly messageId: string; readonly [key: string]: unknown }[] = [];
  readonly #transcript: string[];
  readonly #fails: readonly SpoolFailure[];
  readonly #drafts = new Map<string, Map<number, FakeTake>>();

  constructor(transcript: string[], fails: readonly SpoolFailure[] = []) {
    this.#transcript = transcript;
    this.#fails = fails;
  }

  /** What the media worker would have written. */
  recorded({ draft, take }: { readonly draft: string; readonly take: number }, recorded: Recorded): void {
    const written = this.#drafts.get(draft)?.get(take);
    if (!written) throw new Error(`take ${take} of ${draft} was never announced`);
    written.millis = recorded.millis;
    written.soundMillis = recorded.soundMillis;
  }

  async begin(_call: string, envelope: Envelope): Promise<Draft> {
    await this.#sync('begin');
    this.begun.push(envelope);
    const id = `draft-${this.begun.length}`;
    const takes = new Map<number, FakeTake>();
    this.#drafts.set(id, takes);
    const settled = (): Sealed => {
      const millis = lengthOf([...takes.values()], envelope.minimumMillis);
      return millis === undefined ? { outcome: 'discarded' } : { outcome: 'message', millis };
    };
    const settle = async (how: 'accept' | 'seal'): Promise<Sealed> => {
      await this.#sync(how);
      const sealed = settled();
      this.#say(`${how}s ${sealed.outcome === 'message' ? `${(sealed.millis / 1000).toFixed(1)} s` : 'nothing'}`);
      return sealed;
    };
    return {
      id,
      take: role => {
        takes.set(takes.size + 1, { role, millis: 0, soundMillis: 0 });
        return takes.size;
      },
      mark: choice => this.#say(`marks ${JSON.stringify(choice)}`),
      accept: () => settle('accept'),
      seal: () => settle('seal'),
      discard: async () => {
        await this.#sync('discard');
        this.#say('discards');
      },
    };
  }

  async notice(key: string, envelope: { readonly messageId: string }): Promise<void> {
    await this.#sync('notice');
    this.notices.push({ ...envelope, key });
    this.#say('notes a missed call');
  }

  async #sync(what: SpoolFailure): Promise<void> {
    await Promise.resolve();
    if (!this.#fails.includes(what)) return;
    this.#say(`fails to ${what}`);
    throw new ParleyError('SPOOL_FAILED', `the log could not be written (${what})`);
  }

  #say(line: string): void {
    this.#transcript.push(`spool ${line}`);
  }
}

/** The spool's rule: a replacing take counts when it is long enough, an added one stands behind what there is. */
function lengthOf(takes: readonly FakeTake[], minimumMillis: number): number | undefined {
  let chosen: FakeTake[] = [];
  for (const take of takes) {
    if (take.role === 'add') chosen.push(take);
    else if (take.soundMillis >= minimumMillis) chosen = [take];
  }
  const sound = chosen.reduce((sum, take) => sum + take.soundMillis, 0);
  return sound >= minimumMillis ? chosen.reduce((sum, take) => sum + take.millis, 0) : undefined;
}
