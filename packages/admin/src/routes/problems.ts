import { ParleyError } from '@parley/base';
import type { FastifyInstance } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import { neededText, valuesOf } from '../request-values.ts';

/** What the `type` of a problem leads to (RFC 9457 3.1.1). */
export function problemRoutes(app: FastifyInstance): void {
  app.get('/v1/problems', async () => ({
    problems: Object.entries(catalogue).map(([code, each]) => ({ code, ...each })),
  }));
  app.get('/v1/problems/:code', async request => {
    const code = neededText(valuesOf(request.params), 'code', 64);
    const found = Object.hasOwn(catalogue, code) ? catalogue[code] : undefined;
    if (found) return { code, ...found };
    throw new ParleyError('ROUTE_NOT_FOUND', 'there is no such problem');
  });
}
