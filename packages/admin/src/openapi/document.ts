import { definitionOf, kinds } from '@parley/schema';
import { cmdletSchemas } from './cmdlet-schema.ts';
import { headers, parameters, responses, sharedSchemas } from './components.ts';
import { kindSchemas } from './kind-schemas.ts';
import { paths } from './paths.ts';
import type { Json } from './property-schema.ts';

const DESCRIPTION = `Everything that administrators do, made of the declarations of objects and cmdlets. Each operation is one cmdlet and so one right: \`x-cmdlet\` is its name. Answers that are no success are problems (RFC 9457).`;

/** The OpenAPI 3.1 description of the door. */
export function openApiDocument(): Json {
  const shown = kinds.map(definitionOf).filter(({ secret }) => !secret);
  const ofKinds: Record<string, Json> = Object.assign({}, ...shown.map(kindSchemas));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://localhost:8443',
        description: 'Or the socket `admin.sock` of the data folder, which needs no sign-in.',
      },
    ],
    security: [{ token: [] }, { session: [] }, { certificate: [] }],
    tags: [
      ...shown.map(({ kind, summary }) => ({ name: kind, description: summary })),
      { name: 'Cmdlets', description: 'Every cmdlet as the shell runs it.' },
    ],
    paths: paths(),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-parley', description: 'After signing in.' },
        certificate: { type: 'mutualTLS', description: 'A certificate that an administrator has.' },
      },
      parameters,
      headers,
      responses,
      schemas: { ...sharedSchemas, ...cmdletSchemas, ...ofKinds },
    },
  };
}
