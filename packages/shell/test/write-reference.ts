// Makes docs/reference/cmdlets again: node packages/shell/test/write-reference.ts
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cmdlets } from '@parley/schema';
import { referencePages } from '../src/help/reference.ts';
import { REFERENCE } from './reference-folder.ts';

await rm(REFERENCE, { recursive: true, force: true });
await mkdir(REFERENCE, { recursive: true });
for (const { file, text } of referencePages(cmdlets)) await writeFile(join(REFERENCE, file), text);
