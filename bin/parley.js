#!/usr/bin/env node
// Plain JavaScript for Node >= 18: finds the Node that the project brings along and hands over to it, because the server itself
// needs Node 26 (type stripping, node:sqlite, Temporal) and the machine's own Node is often older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 26;
const LONG_RUNNING = ['serve', 'demo'];
const file = fileURLToPath(import.meta.url);
const root = dirname(dirname(file));

function ownNode() {
  const places = [
    join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node'),
    join(root, '..', `node-${process.platform}-${process.arch}`, 'bin/node'),
  ];
  return places.find(place => existsSync(place));
}

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  // A server starts once, and is to hold no more than it needs.
  if (!LONG_RUNNING.includes(process.argv[2])) (await import('./compiled.js')).keepCompiled(process.env);
  await import('../packages/server/src/main.ts');
} else {
  const node = ownNode();
  if (node === undefined) {
    process.stderr.write(
      `parley needs Node ${NEEDED} or newer; this is ${process.version} and the project's own Node is not installed.\n` +
        'Run "npm ci" in the project folder (it brings Node for Linux on x64 and arm64), or install Node 26 yourself.\n',
    );
    process.exit(2);
  }
  const child = spawn(node, [file, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends its signals to the whole group; those that are sent to this process alone are passed on.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
