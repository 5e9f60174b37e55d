import { AdminRefused, type CmdletAnswer } from '@parley/admin/client';
import { Bug, ParleyError } from '@parley/base';
import { type CmdletDefinition, isKind } from '@parley/schema';
import { clean } from '../print/clean.ts';
import { verbose, warn } from '../run/built-in/write.ts';
import { type Call, type Command, inputOf } from '../run/command.ts';
import { textOf, truthOf } from '../run/convert.ts';
import { ShellFailure, usage } from '../run/failure.ts';
import type { Host } from '../run/host.ts';
import { ShellObject, type Value } from '../run/values.ts';
import { fileOf, objectOf } from './answer.ts';
import { flagIn } from './convert.ts';
import { changesOf, forInstance, type Instead } from './instance.ts';
import { checkSets, fromLine, fromPipeline, takenBy, takesPipeline } from './parameters.ts';

/** Largest file that is sent along, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** A cmdlet of the server as a command of the language. */
export function cmdletCommand(cmdlet: CmdletDefinition): Command {
  return {
    name: cmdlet.name,
    takes: takenBy(cmdlet),
    async *run(call) {
      for await (const instead of requests(cmdlet, call)) {
        try {
          yield* ran(instead, call);
        } catch (error) {
          // One object that is refused does not keep the others from their turn.
          if (!(error instanceof ParleyError)) throw error;
          call.session.report(refusal(error, cmdlet, call), call.errorAction);
        }
      }
    },
  };
}

/** What is asked of the server: once, or once for every object that comes. */
async function* requests(cmdlet: CmdletDefinition, call: Call): AsyncGenerator<Instead> {
  const { given, at, session } = call;
  const instance = given.get('Instance');
  const line = fromLine(cmdlet, given);
  if (instance) {
    const { cmdlet: does, parameters } = forInstance(cmdlet, instance, name => session.cmdlet(name));
    yield { cmdlet: does, parameters: { ...parameters, ...line } };
    return;
  }
  if (!call.input) {
    yield* each(call, checked({ cmdlet, parameters: line }, call));
    return;
  }
  for await (const item of inputOf(call)) {
    if (!takesPipeline(cmdlet, given))
      throw usage(
        `${cmdlet.name} takes nothing from the pipeline here: use ForEach-Object { ${cmdlet.name} ... $_ ... }`,
        at,
      );
    const changed =
      item instanceof ShellObject && cmdlet.does === 'set' && item.origin?.kind === cmdlet.kind
        ? changesOf(cmdlet, item, at)
        : {};
    const parameters = { ...changed, ...line, ...fromPipeline(cmdlet, { item, given, at }) };
    yield* each(call, checked({ cmdlet, parameters }, call));
  }
}

function checked(instead: Instead, { given, at }: Call): Instead {
  checkSets(instead.cmdlet, { given, all: instead.parameters, at });
  return instead;
}

/** A parameter that means several objects by a wildcard means each of them in turn. */
async function* each({ session }: Call, { cmdlet, parameters }: Instead): AsyncGenerator<Instead> {
  const wild = Object.entries(cmdlet.parameters).find(
    ([name, { each: several }]) => several === true && /[*?]/.test(String(parameters[name] ?? '')),
  );
  const to = wild?.[1].property.type === 'ref' ? wild[1].property.to : undefined;
  const get = session.host.cmdlets.find(({ kind, does }) => kind === to && does === 'get');
  if (!wild || !get) {
    yield { cmdlet, parameters };
    return;
  }
  for await (const { objects } of pages(
    session,
    { cmdlet: get, parameters: { Identity: parameters[wild[0]] } },
    { isAll: true },
  ))
    for (const { id } of objects) yield { cmdlet, parameters: { ...parameters, [wild[0]]: id } };
}

/** Asks for consent where it is needed, has the server do it, and gives what came of it. */
async function* ran(instead: Instead, call: Call): AsyncGenerator<Value> {
  const { cmdlet } = instead;
  const { session } = call;
  const whatIf = cmdlet.changes && (said(call, 'WhatIf') ?? truthOf(call.session.variable('whatifpreference')));
  if (cmdlet.changes && !whatIf && !(await consented(instead, call))) return;
  verbose(call, `${cmdlet.name} ${JSON.stringify(Object.keys(instead.parameters))}`);
  const parameters = await withFile(instead, call);
  const isAll = String(parameters.ResultSize ?? '').toLowerCase() === 'unlimited';
  for await (const answer of pages(session, { cmdlet, parameters }, { isAll, whatIf })) {
    const isQuiet = textOf(call.given.get('WarningAction')?.value ?? null).toLowerCase() === 'silentlycontinue';
    if (!isQuiet) for (const warning of answer.warnings) warn(call, warning);
    if (whatIf) tellWhatIf(instead, { call, answer });
    else yield* given(instead, { call, answer });
    if (answer.next !== undefined && !isAll)
      warn(
        call,
        `there is more than ${answer.objects.length} objects: -ResultSize Unlimited shows them all, -Filter those that are meant`,
      );
  }
}

/** What was said of a parameter that every cmdlet takes; undefined when nothing was. */
function said({ given }: Call, name: string): boolean | undefined {
  const found = given.get(name);
  return found && flagIn(found.value, { name, at: found.at });
}

/** One answer, or all pages of it. */
async function* pages(
  session: Call['session'],
  { cmdlet, parameters }: Instead,
  { isAll, whatIf = false }: { readonly isAll: boolean; readonly whatIf?: boolean },
): AsyncGenerator<CmdletAnswer> {
  let after: string | undefined;
  do {
    const answer: CmdletAnswer = await session.wait(
      typeof parameters.Path === 'string' && cmdlet.does === 'importTable'
        ? imported(session.host, { cmdlet, parameters }, whatIf)
        : session.host.server.run(cmdlet.name, {
            parameters,
            whatIf,
            ...(after === undefined ? {} : { after }),
          }),
    );
    yield answer;
    after = isAll ? answer.next : undefined;
  } while (after !== undefined);
}

/** Sends a table of this machine as it is read, and shows how far the server has come. */
async function imported(host: Host, { cmdlet, parameters }: Instead, whatIf: boolean): Promise<CmdletAnswer> {
  const { Path: path, ...others } = parameters;
  const { kind } = cmdlet;
  if (kind === undefined || !isKind(kind)) throw new Bug(`${cmdlet.name} imports objects of no kind`);
  const bytes = await host.files.read(String(path), MOST_BYTES);
  const texts = Object.entries(others).map(([name, value]): [string, string] => [name, String(value)]);
  try {
    return await host.server.importTable(kind, pieces(bytes), {
      parameters: Object.fromEntries(texts),
      whatIf,
      ...(host.progress && { onProgress: host.progress }),
    });
  } finally {
    host.progress?.(undefined);
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** What a cmdlet is about, for questions and tales: its object as it was given. */
function targetOf({ parameters }: Instead): string {
  const target = parameters.Identity ?? parameters.Name ?? Object.values(parameters)[0] ?? '';
  return typeof target === 'string' || typeof target === 'number' ? String(target) : JSON.stringify(target);
}

async function consented(instead: Instead, call: Call): Promise<boolean> {
  const { cmdlet } = instead;
  const preference = textOf(call.session.variable('confirmpreference')).toLowerCase();
  const asks = said(call, 'Confirm') ?? (cmdlet.asks === true && preference !== 'none');
  if (!asks) return true;
  const what = `"${cmdlet.name}" on target "${clean(targetOf(instead))}"`;
  return call.session.consents(`Confirm\nAre you sure you want to perform the operation ${what}?`, () => {
    const message = `it asks before it does this, and nobody is here to answer: give -Confirm:$false`;
    return new ShellFailure(message, { code: 'CONFIRMATION_NEEDED', at: call.at, command: cmdlet.name });
  });
}

interface Answered {
  readonly call: Call;
  readonly answer: CmdletAnswer;
}

function tellWhatIf(instead: Instead, { call, answer }: Answered): void {
  const { name } = instead.cmdlet;
  const changes = answer.changes ?? [];
  const lines = changes.map(
    change =>
      `What if: Performing the operation "${name}" on target "${clean(change.name)}" (${clean(change.kind)} ${change.what}).`,
  );
  const told =
    lines.length > 0 ? lines : [`What if: Performing the operation "${name}" on target "${clean(targetOf(instead))}".`];
  for (const line of told) call.session.print(`${line}\n`);
}

/** Verbs whose commands give nothing back, unless they are asked to. */
const QUIET = /^(?:Set|Remove|Grant|Revoke|Move)-/;

async function* given({ cmdlet, parameters }: Instead, { call, answer }: Answered): AsyncGenerator<Value> {
  const { file } = answer;
  const path = parameters.FileName;
  if (file && typeof path === 'string') {
    await call.session.host.files.write(path, Buffer.from(file.base64, 'base64'));
    return;
  }
  if (file) yield fileOf(file);
  if (QUIET.test(cmdlet.name) && parameters.PassThru !== true) return;
  for (const object of answer.objects) yield objectOf(object);
}

/** A file that a cmdlet reads is on this machine, not on the server's: its bytes are sent. */
async function withFile({ cmdlet, parameters }: Instead, call: Call): Promise<Instead['parameters']> {
  const { FileName: path, ...others } = parameters;
  if (typeof path !== 'string' || !Object.hasOwn(cmdlet.parameters, 'ByteInput')) return parameters;
  const bytes = await call.session.host.files.read(path, MOST_BYTES);
  return { ...others, ByteInput: Buffer.from(bytes).toString('base64') };
}

/** What the server refused, with the place of the parameter that is wrong. */
function refusal(error: ParleyError, { name }: CmdletDefinition, { given: bindings, at }: Call): ShellFailure {
  if (error instanceof ShellFailure) return error;
  const problems = error instanceof AdminRefused ? error.problems : [];
  const named = [...bindings.values()].find(({ value }) => error.message.includes(JSON.stringify(textOf(value))));
  const first = problems
    .map(({ property }) => bindings.get(property.split('.')[0] ?? ''))
    .find(each => each !== undefined);
  const lines = problems.length > 0 ? problems.map(({ message }) => message) : [error.message];
  return new ShellFailure(error.message, {
    code: error.code,
    command: name,
    at: (first ?? named)?.at ?? at,
    lines,
    cause: error,
  });
}
