// Completes package-lock.json after an `npm install`. Where the registry (or a mirror of it) lacks a library's optional package
// for some other platform, npm leaves it out of the lockfile without a word, and the next `npm ci` then refuses the lockfile
// because it is missing. The entry that belongs there is made here from the name of the package: version, system, processor, C library.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];

for (const [path, entry] of Object.entries(lock.packages))
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] || lock.packages[`${path}/${place}`]) continue;
    const words = name.split(/[/-]/);
    const os = SYSTEMS.filter(system => words.includes(system));
    const cpu = PROCESSORS.filter(processor => words.includes(processor));
    // A package that could run here is a real dependency: then the registry has to have it.
    if (os.length === 0)
      throw new Error(
        `${name}, an optional dependency of ${path}, is missing and names no system: is it in the registry?`,
      );
    const musl = words.some(word => word.startsWith('musl'));
    lock.packages[place] = {
      version: range.replace(/^[\^~]/, ''),
      cpu: cpu.length > 0 ? cpu : ['none'],
      ...(entry.dev ? { dev: true } : {}),
      ...(musl ? { libc: ['musl'] } : {}),
      optional: true,
      os,
    };
    added.push(name);
  }

const packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`);
process.stdout.write(
  added.length === 0 ? 'package-lock.json was complete\n' : `added to package-lock.json: ${added.join(', ')}\n`,
);
