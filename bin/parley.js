#!/usr/bin/env node
// Plain JavaScript for Node >= 18: finds the Node that the project brings along and hands over to it, because the server itself
// needs Node 26 (type stripping, node:sqlite, Temporal) and the machine's own Node is often older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 26;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'packages/server/src/main.ts');

function ownNode() {
  const places = [
    join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node'),
    join(root, '..', `node-${process.platform}-${process.arch}`, 'bin/node'),
  ];
  return places.find(place => existsSync(place));
}

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await import(main);
} else {
  const node = ownNode();
  if (node === undefined) {
    process.stderr.write(
      `parley needs Node ${NEEDED} or newer; this is ${process.version} and the project's own Node is not installed.\n` +
        'Run "npm ci" in the project folder (it brings Node for Linux on x64 and arm64), or install Node 26 yourself.\n',
    );
    process.exit(2);
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends its signals to the whole group; those that are sent to this process alone are passed on.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
