// Started as a program after a declaration has changed: writes docs/reference/openapi.json anew.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openApiDocument } from '@parley/admin';
import { format, OPENAPI_FILE } from './openapi-file.ts';

await mkdir(dirname(OPENAPI_FILE), { recursive: true });
await writeFile(OPENAPI_FILE, format(openApiDocument()));
