import type { Clock } from '@parley/base';
import type { RawHeader } from '../../message/message.ts';
import { quoted } from '../../message/parameters.ts';
import type { Answer } from '../service.ts';
import type { Binding } from './bindings.ts';
import type { Gruus } from './gruu.ts';
import type { RegistrarOptions } from './registrar.ts';
import type { Registration } from './registration.ts';

/** The 200 to a REGISTER (RFC 3261 section 10.3 step 8): every binding that holds, and what extensions add. */
export class RegisteredAnswer {
  readonly #clock: Clock;
  readonly #gruus: Gruus;
  readonly #fixed: readonly RawHeader[];
  readonly #flow: readonly RawHeader[];
  #dateSecond = Number.NaN;
  #date: RawHeader = ['Date', ''];

  constructor(options: Pick<RegistrarOptions, 'clock' | 'serviceRoute' | 'flowTimer'>, gruus: Gruus) {
    const { clock, serviceRoute = [], flowTimer } = options;
    this.#clock = clock;
    this.#gruus = gruus;
    this.#fixed = serviceRoute.map((value): RawHeader => ['Service-Route', value]);
    const timer: RawHeader[] = flowTimer === undefined ? [] : [['Flow-Timer', String(flowTimer)]];
    this.#flow = [['Require', 'outbound'], ...timer];
  }

  answer(aor: string, bindings: readonly Binding[], registration: Registration): Answer {
    const now = this.#clock.wall();
    const headers: RawHeader[] = bindings.map(binding => [
      'Contact',
      heldFor(binding, now) + this.#gruusOf(aor, binding, registration),
    ]);
    headers.push(this.#dateAt(now), ...this.#fixed);
    if (registration.takesPath) for (const value of registration.path) headers.push(['Path', value]);
    if (registration.isOutbound) headers.push(...this.#flow);
    return { status: 200, headers };
  }

  #gruusOf(aor: string, { instance, callId }: Binding, { wantsGruu }: Registration): string {
    if (!wantsGruu || instance === undefined) return '';
    const temporary = this.#gruus.temporaryOf(aor, { instance, callId });
    return `;pub-gruu=${quoted(this.#gruus.publicOf(aor, instance))};temp-gruu=${quoted(temporary)}`;
  }

  /** Phones without a clock of their own set it by this (RFC 3261 section 10.2). */
  #dateAt(now: number): RawHeader {
    const second = Math.floor(now / 1000);
    if (second === this.#dateSecond) return this.#date;
    this.#dateSecond = second;
    this.#date = ['Date', new Date(now).toUTCString()];
    return this.#date;
  }
}

function heldFor({ text, parametersText, expiresAt }: Binding, now: number): string {
  return `${text}${parametersText};expires=${Math.ceil((expiresAt - now) / 1000)}`;
}
