import { randomBytes } from 'node:crypto';
import { messageOf, ParleyError } from '@parley/base';
import type { Unauthorized, Verdict } from '../../auth/digest-server.ts';
import type { Uri } from '../../message/grammar.ts';
import type { RawHeader, SipRequest } from '../../message/message.ts';
import type { Peer } from '../../transport/peer.ts';
import type { ProxyTarget } from '../proxy/proxy.ts';
import type { Answer, ServiceAnswer } from '../service.ts';
import { addressOfRecord, partsOf } from './address-of-record.ts';
import { applied } from './apply-registration.ts';
import { deviceTarget, targetsOf } from './binding-targets.ts';
import type { Binding, Bindings, Eventually } from './bindings.ts';
import { type GruuMeaning, Gruus } from './gruu.ts';
import { RegisteredAnswer } from './registered-answer.ts';
import { defaultRegistrarLimits, type Registrar, type RegistrarOptions, type RegistrationClaim } from './registrar.ts';
import { type RegistrarLimits, type Registration, readRegistration } from './registration.ts';

const SECRET_OCTETS = 32;
/** What a REGISTER may require of us. */
const EXTENSIONS: ReadonlySet<string> = new Set(['path', 'outbound', 'gruu']);
const SUPPORTED: RawHeader = ['Supported', [...EXTENSIONS].join(', ')];
const NOT_FOUND: ServiceAnswer = {
  status: 404,
  rule: 'no address of ours',
  change: 'Let the telephone register an address (To) of one of the domains that are registered here.',
};
const FORBIDDEN: ServiceAnswer = {
  status: 403,
  rule: 'address of another',
  change: 'Let To, From and the user name of the telephone be one, or let the option authorize allow it.',
};
/** Why credentials were not taken, where the next request will not be better by itself. */
const TOLD: { readonly [why in Unauthorized]?: Pick<ServiceAnswer, 'rule' | 'change'> } = {
  wrong: {
    rule: 'wrong credentials',
    change:
      'The user name or the password at the telephone is wrong, or somebody on the way has changed the Request-URI.',
  },
  'too many guesses': {
    rule: 'too many wrong passwords',
    change:
      'Mend the password at the telephone, if it is one of yours: after a minute without wrong ones it is heard again.',
  },
};
const UNAVAILABLE: Answer = { status: 503, headers: [['Retry-After', '30']] };

/** Makes a registrar (RFC 3261 section 10.3). It has no socket: a proxy or a user agent hands it what it answers. */
export function createRegistrar(options: RegistrarOptions): Registrar {
  return new RegistrarCore(options);
}

class RegistrarCore implements Registrar {
  readonly #options: RegistrarOptions;
  readonly #domains: ReadonlySet<string>;
  readonly #bindings: Bindings;
  readonly #limits: RegistrarLimits;
  readonly #gruus: Gruus;
  readonly #registered: RegisteredAnswer;

  constructor(options: RegistrarOptions) {
    this.#options = options;
    this.#domains = new Set(options.domains.map(domain => domain.toLowerCase()));
    this.#bindings = options.bindings;
    this.#limits = { ...defaultRegistrarLimits, ...options.limits };
    this.#gruus = new Gruus(options.secret ?? randomBytes(SECRET_OCTETS));
    this.#registered = new RegisteredAnswer(options, this.#gruus);
  }

  answer(request: SipRequest, source: Peer): Eventually<ServiceAnswer | undefined> {
    const { requestUri } = request;
    const isSip = requestUri.scheme === 'sip' || requestUri.scheme === 'sips';
    if (!isSip || !this.#domains.has(requestUri.host)) return undefined;
    const missing = request.values('require').filter(tag => !EXTENSIONS.has(tag.toLowerCase()));
    if (missing.length > 0) return { status: 420, headers: [['Unsupported', missing.join(', ')], SUPPORTED] };
    const verdict = this.#options.digest?.check(request, source);
    return after(verdict, proved => this.#proved(request, source, proved));
  }

  targets(uri: Uri): Eventually<readonly ProxyTarget[] | undefined> {
    if ((uri.scheme !== 'sip' && uri.scheme !== 'sips') || !this.#domains.has(uri.host)) return undefined;
    if (uri.parameters.has('gr')) return this.#deviceTargets(this.#gruus.read(uri));
    const aor = addressOfRecord(uri);
    return aor === undefined ? [] : after(this.#bindings.of(aor), targetsOf);
  }

  #deviceTargets(meaning: GruuMeaning | undefined): Eventually<readonly ProxyTarget[]> {
    if (!meaning) return [];
    const { aor, instance, callId } = meaning;
    const isMeant = (one: Binding) => one.instance === instance && (callId === undefined || one.callId === callId);
    return after(this.#bindings.of(aor), bindings => deviceTarget(bindings.filter(isMeant)));
  }

  /** Steps 3 to 5: who it is, whether he may, and for whom. */
  #proved(request: SipRequest, source: Peer, verdict: Verdict | undefined): Eventually<ServiceAnswer> {
    if (verdict?.kind === 'refused') return { ...verdict.refusal, ...TOLD[verdict.why] };
    const aor = addressOfRecord(request.to.uri);
    if (aor === undefined || !this.#domains.has(partsOf(aor).host)) return NOT_FOUND;
    const claim: RegistrationClaim = {
      user: verdict?.user,
      aor,
      by: addressOfRecord(request.from.uri),
      source,
      request,
    };
    const { authorize } = this.#options;
    const isAllowed = authorize ? authorize(claim) : this.#isOwn(claim, verdict?.realm);
    return after(isAllowed, allowed => (allowed ? this.#register(claim) : FORBIDDEN));
  }

  /**
   * Without any other rule everybody registers himself: To, From and the one who proved who he is are one. Of several domains a name that
   * says none means the one that the realm is called after: the same name elsewhere is somebody else.
   */
  #isOwn({ user, aor, by }: RegistrationClaim, realm: string | undefined): boolean {
    if (by !== aor) return false;
    if (user === undefined || user === aor) return true;
    const { user: name, host } = partsOf(aor);
    return user === name && (this.#domains.size === 1 || realm?.toLowerCase() === host);
  }

  #register({ request, source, aor }: RegistrationClaim): Eventually<Answer> {
    const registration = readRegistration(request, source, this.#limits);
    if ('refusal' in registration) return registration.refusal;
    const { path, takesPath } = registration;
    if (path.length > 0 && !takesPath && this.#options.unknownPath !== 'keep')
      return { status: 420, headers: [['Unsupported', 'path'], ...path.map((value): RawHeader => ['Path', value])] };
    try {
      const answer = this.#change(aor, registration);
      return answer instanceof Promise ? answer.catch((thrown: unknown) => this.#failed(thrown)) : answer;
    } catch (thrown) {
      return this.#failed(thrown);
    }
  }

  /** Steps 6 to 8. */
  #change(aor: string, registration: Registration): Eventually<Answer> {
    let refusal: Answer | undefined;
    const now = this.#options.clock.wall();
    const changed = this.#bindings.change(aor, present => {
      const result = applied(present, registration, { now, limits: this.#limits });
      refusal = 'refusal' in result ? result.refusal : undefined;
      return 'refusal' in result ? present : result.bindings;
    });
    return after(changed, bindings => refusal ?? this.#registered.answer(aor, bindings, registration));
  }

  #failed(thrown: unknown): Answer {
    if (!(thrown instanceof ParleyError)) throw thrown;
    this.#options.log.warn('sip registration not kept', { code: thrown.code, reason: messageOf(thrown) });
    return UNAVAILABLE;
  }
}

/** Goes on at once with what is there at once: the common way makes no promise. */
function after<T, R>(value: Eventually<T>, next: (value: T) => Eventually<R>): Eventually<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
