import { ParleyError } from '@parley/base';
import { ObjectInvalid } from '@parley/directory';
import { checkValue, type IPGateway, type Problem, problem } from '@parley/schema';
import { type Bound, textIn } from '../run/bind.ts';
import type { Action, ActionRequest, Row, RunResult } from '../run/ports.ts';

/** Keys to press in a test call, and the silences around them, milliseconds. */
export interface TestKeys {
  /** 0-9 * # A-D. */
  readonly sequence: string;
  readonly initialSilenceMillis: number;
  /** After each key but the last. */
  readonly gapsMillis: readonly number[];
}

/** A test of the way between this system and somebody else, or between this machine and this system. */
export interface ConnectivityQuestion {
  /** The gateway at the other end; this server itself when not given. */
  readonly gateway?: Pick<IPGateway, 'name' | 'address' | 'port' | 'status'>;
  /** Digits or a SIP address to call; nobody is called when not given, the other end is only asked whether it is there (OPTIONS). */
  readonly phone?: string;
  readonly from?: string;
  /** SIP port to call from; 0: any. */
  readonly listenPort: number;
  readonly remotePort?: number;
  /** By TLS. */
  readonly secured: boolean;
  readonly mediaSecured: boolean;
  /** SHA-1 of the certificate that is to be shown, hexadecimal. */
  readonly thumbprint?: string;
  /** All of it is over after so long. */
  readonly timeoutMillis: number;
  readonly keys?: TestKeys;
}

/** What came of a test. */
export interface ConnectivityOutcome {
  /** Whom it was sent to: "udp:192.0.2.1:5060"; empty when it could not be sent. */
  readonly address: string;
  /** From the first request to the first answer that is more than "100 Trying". */
  readonly latencyMillis?: number;
  /** From the INVITE to its 200. */
  readonly answerMillis?: number;
  /** RTP packets of sound that came in the answered call. */
  readonly packets?: number;
  /** Keys that the other end pressed. */
  readonly receivedKeys?: string;
  /** Why it failed; undefined: it did not. */
  readonly why?: string;
}

export interface ConnectivityParts {
  /** Rejects with `TEST_UNDER_WAY` while another one is. */
  readonly test: (question: ConnectivityQuestion) => Promise<ConnectivityOutcome>;
  /** How busy this node is. */
  readonly load: () => { readonly calls: number; readonly queuedMessages: number };
}

/** What `Test-UMConnectivity` does, by `does` of its declaration. */
export function connectivityActions(parts: ConnectivityParts): Readonly<Record<string, Action>> {
  return { testConnectivity: request => testConnectivity(request, parts) };
}

/** These test a telephone user interface, and mailboxes made for such tests. */
const OF_THE_TELEPHONE = ['TUILogon', 'TUILogonAll', 'ResetPIN', 'PIN', 'UMDialPlan'];
/** What a phone sends for one key: see RFC 4733 section 2.5.1.2. */
const KEY_MILLIS = 100;
const USUAL_GAP_MILLIS = 100;

async function testConnectivity(
  request: ActionRequest,
  { test, load }: ConnectivityParts,
): Promise<Partial<RunResult>> {
  const { bound, asked, by } = request;
  const wanted = OF_THE_TELEPHONE.find(name => (bound.named[name] ?? false) !== false);
  if (wanted !== undefined)
    throw new ParleyError('CMDLET_UNAVAILABLE', `-${wanted} is not there: nobody signs in by telephone on this node`);
  const question = await questionOf(request);
  const isLocal = question.gateway === undefined;
  if (asked.trial)
    return { warnings: [`Nobody was called: ${isLocal ? 'this server' : question.gateway?.name} would have been.`] };
  const outcome = await test(question);
  const isEverything = by.organization === undefined;
  const { calls, queuedMessages } = load();
  const properties = {
    UmIPAddress: outcome.address,
    UmserverAcceptingCallAnsweringMessages: isLocal ? outcome.why === undefined : null,
    Latency: rounded(outcome.latencyMillis),
    UmserverAcceptCallLatency: rounded(outcome.answerMillis),
    CurrCalls: isEverything ? calls : null,
    TotalQueuedMessages: isEverything ? queuedMessages : null,
    ExpectedDigits: question.keys?.sequence ?? null,
    ReceivedDigits: outcome.receivedKeys ?? null,
    PacketsReceived: outcome.packets ?? null,
    EntireOperationSuccess: outcome.why === undefined,
    ReasonForFailure: outcome.why ?? null,
  };
  const row: Row = { kind: 'UMConnectivityResult', id: outcome.address, name: outcome.address, properties };
  return { rows: [row] };
}

/** Milliseconds. */
const rounded = (millis: number | undefined) => (millis === undefined ? null : Math.round(millis * 10) / 10);

async function questionOf({ cmdlet, bound, objects, by }: ActionRequest): Promise<ConnectivityQuestion> {
  refuseMisfits({ cmdlet, bound });
  const gateway = textIn(bound, 'UMIPGateway');
  const [phone, from, thumbprint] = [
    textIn(bound, 'Phone'),
    textIn(bound, 'From'),
    textIn(bound, 'CertificateThumbprint'),
  ];
  const remotePort = numberIn(bound, 'RemotePort');
  const keys = keysIn(bound);
  if (keys !== undefined && phone === undefined)
    throw new ObjectInvalid([problem('Phone', undefined, 'given, since there are keys to press')]);
  return {
    ...(gateway === undefined ? {} : { gateway: (await objects.get('UMIPGateway', gateway, by)).object }),
    ...(phone === undefined ? {} : { phone }),
    ...(from === undefined ? {} : { from }),
    ...(thumbprint === undefined ? {} : { thumbprint }),
    ...(remotePort === undefined || remotePort === 0 ? {} : { remotePort }),
    ...(keys === undefined ? {} : { keys }),
    listenPort: numberIn(bound, 'ListenPort') ?? 9000,
    secured: bound.named.Secured === true,
    mediaSecured: bound.named.MediaSecured === true,
    timeoutMillis: (numberIn(bound, 'Timeout') ?? 600) * 1000,
  };
}

/** What is given is what becomes of no object: nobody else looks whether it is what its declaration says. */
function refuseMisfits({ cmdlet, bound }: Pick<ActionRequest, 'cmdlet' | 'bound'>): void {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(bound.named)) {
    const property = cmdlet.parameters[name]?.property;
    if (!property || value === undefined || value === null) continue;
    const checked = checkValue(name, value, property);
    if ('problem' in checked) problems.push(checked.problem);
  }
  const duration = numberIn(bound, 'DiagDtmfDurationInMilisecs') ?? KEY_MILLIS;
  if (duration !== KEY_MILLIS)
    problems.push(problem('DiagDtmfDurationInMilisecs', duration, `${KEY_MILLIS}: so long is each key pressed`));
  if (problems.length > 0) throw new ObjectInvalid(problems);
}

function numberIn({ named }: Bound, name: string): number | undefined {
  const value = named[name];
  return typeof value === 'number' ? value : undefined;
}

function keysIn(bound: Bound): TestKeys | undefined {
  const sequence = textIn(bound, 'DiagDtmfSequence')?.toUpperCase();
  if (sequence === undefined) return undefined;
  if (!/^[0-9*#A-D]{1,64}$/.test(sequence))
    throw new ObjectInvalid([problem('DiagDtmfSequence', sequence, 'at most 64 keys: 0-9 * # A-D')]);
  const usual = numberIn(bound, 'DiagInterDtmfGapInMilisecs') ?? USUAL_GAP_MILLIS;
  const given = textIn(bound, 'DiagInterDtmfDiffGapInMilisecs')?.split(',') ?? [];
  if (!given.every(each => /^ *[0-9]{1,5} *$/.test(each)))
    throw new ObjectInvalid([
      problem('DiagInterDtmfDiffGapInMilisecs', given.join(','), 'whole numbers with commas between, such as 100,250'),
    ]);
  const gapsMillis = Array.from({ length: sequence.length - 1 }, (_, index) => Number(given[index] ?? usual));
  return { sequence, initialSilenceMillis: numberIn(bound, 'DiagInitialSilenceInMilisecs') ?? 0, gapsMillis };
}
