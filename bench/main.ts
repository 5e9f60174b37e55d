import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@parley/base';
import { type BenchArguments, HELP, type Measure, readArguments } from './arguments.ts';
import { LoadGenerator } from './load/load-generator.ts';
import { CALLER_CORE, machine, pinSelf } from './machine.ts';
import { Inbox } from './mailbox/inbox.ts';
import { SoundReader } from './mailbox/sound.ts';
import type { Bench } from './measures/bench.ts';
import { calibrate } from './measures/calibrate.ts';
import { measureCapacity } from './measures/capacity.ts';
import { measureFlood } from './measures/flood.ts';
import { measureHeap } from './measures/heap.ts';
import { measureInvite } from './measures/invite.ts';
import { measureOverload } from './measures/overload.ts';
import { measureParser } from './measures/parser.ts';
import { measureRate } from './measures/rate.ts';
import { summarise } from './profile.ts';
import { type CodecResults, type Results, table } from './report.ts';
import { BenchServer, type Setup } from './server/bench-server.ts';

const began = performance.now();

function say(line: string): void {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
}

/** One server with one codec from its start to its end. */
async function measureCodec(setup: Setup, options: BenchArguments): Promise<CodecResults> {
  const { codec, sockets, media } = setup;
  const name = [codec, options.sockets.length > 1 && sockets, options.media.length > 1 && media]
    .filter(Boolean)
    .join(' ');
  say(`${name}: starting the server`);
  const profile = options.profile === undefined ? undefined : join(options.profile, name.replaceAll(' ', '-'));
  if (profile !== undefined) mkdirSync(profile, { recursive: true });
  const server = await BenchServer.start(setup, profile);
  const load = await LoadGenerator.start(server.target, line => say(`  ${line}`));
  const sounds = new SoundReader();
  try {
    const inbox = new Inbox(server.mail);
    const timing = await calibrate(server, { load, inbox, sounds });
    const named = (line: string) => say(`${name}: ${line}`);
    const bench: Bench = { options, server, load, inbox, sounds, timing, say: named };
    const when = async <T>(wanted: Measure, measure: (bench: Bench) => Promise<T>) => {
      if (!options.only.includes(wanted)) return undefined;
      named(wanted);
      return measure(bench);
    };
    const rate = await when('rate', measureRate);
    const isFirst = codec === options.codecs[0] && sockets === options.sockets[0] && media === options.media[0];
    const results: CodecResults = {
      name,
      codec,
      sockets,
      media,
      recordingAtMillis: timing.recordingAt,
      invite: await when('invite', measureInvite),
      rate,
      flood: await when('flood', each => measureFlood(each, rate)),
      capacity: await when('capacity', measureCapacity),
      heap: isFirst ? await when('heap', measureHeap) : undefined,
      overload: await when('overload', measureOverload),
    };
    return results;
  } catch (error) {
    say(`the server's last words:\n${server.logTail()}`);
    throw error;
  } finally {
    sounds.close();
    await load.stop();
    await server.stop();
    if (profile !== undefined) process.stderr.write(`\n${summarise(profile)}\n\n`);
  }
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const options = readArguments(argv);
  pinSelf(CALLER_CORE);
  const codecs: CodecResults[] = [];
  const parser = options.only.includes('parser') ? await measureParser() : undefined;
  const needsServer = options.only.some(name => name !== 'parser');
  for (const codec of needsServer ? options.codecs : [])
    for (const sockets of options.sockets)
      for (const media of options.media) codecs.push(await measureCodec({ codec, sockets, media }, options));
  const results: Results = {
    at: new Date().toISOString(),
    machine: machine(),
    arguments: { ...options },
    ...(parser && { parser }),
    codecs,
  };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(results.machine)}\n\n${table(results)}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
