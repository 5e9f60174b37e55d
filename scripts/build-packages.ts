import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Packages that are of use without the rest, and what they stand on. */
export const PUBLISHABLE = ['base', 'sip', 'media'] as const;

const ROOT = join(import.meta.dirname, '..');

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly private?: boolean;
  readonly [field: string]: unknown;
}

/**
 * Writes these packages into a folder as a registry takes them: JavaScript with its types, because Node strips none in `node_modules`, the manifest to match,
 * README and licence. `npm publish FOLDER/sip` does the rest. Throws when something does not compile.
 */
export function buildPackages(into: string): void {
  const work = mkdtempSync(join(into, '.build-'));
  const folders = PUBLISHABLE.map(name => join(ROOT, 'packages', name));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      declaration: true,
      rootDir: join(ROOT, 'packages'),
      outDir: join(work, 'out'),
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    include: folders.map(folder => join(folder, 'src')),
    exclude: folders.map(folder => join(folder, 'src/**/*.test.ts')),
  };
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', work], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the packages do not compile\n${stdout}`);
  for (const name of PUBLISHABLE) writePackage(name, join(work, 'out', name), join(into, name));
  rmSync(work, { recursive: true });
}

function writePackage(name: string, compiled: string, into: string): void {
  const folder = join(ROOT, 'packages', name);
  renameSync(compiled, into);
  // Declarations for JavaScript that came as such.
  for (const path of globSync('src/**/*.d.ts', { cwd: folder })) cpSync(join(folder, path), join(into, path));
  cpSync(join(folder, 'README.md'), join(into, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(into, 'LICENSE'));
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { private: _, exports, ...fields } = manifest;
  const entries = Object.entries(exports).map(([path, source]) => {
    const stem = source.replace(/\.ts$/, '');
    return [path, { types: `${stem}.d.ts`, default: `${stem}.js` }] as const;
  });
  const written = { ...fields, files: ['src'], exports: Object.fromEntries(entries) };
  writeFileSync(join(into, 'package.json'), `${JSON.stringify(written, undefined, 2)}\n`);
}

if (import.meta.main) {
  const [into] = process.argv.slice(2);
  if (into === undefined) throw new Error('usage: node scripts/build-packages.ts FOLDER');
  buildPackages(resolve(into));
}
