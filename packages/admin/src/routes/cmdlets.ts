import { ParleyError } from '@parley/base';
import { type CmdletDefinition, cmdletNamed, cmdlets, nearest } from '@parley/schema';
import type { FastifyInstance } from 'fastify';
import { isAllowed } from '../access/authorise.ts';
import { neededText, textOf, valuesOf } from '../request-values.ts';
import { answerOf } from '../run/answer.ts';
import type { Door } from './objects.ts';

/** `POST /v1/cmdlets/<Name>` for everything that administrators can do, and `GET /v1/cmdlets` for what this one may do. */
export function cmdletRoutes(app: FastifyInstance, { run, principalOf }: Door): void {
  app.get('/v1/cmdlets', async request => {
    const principal = principalOf(request);
    return { cmdlets: cmdlets.filter(cmdlet => isAllowed(principal, cmdlet)) };
  });
  app.post('/v1/cmdlets/:name', async request => {
    const cmdlet = cmdletOf(neededText(valuesOf(request.params), 'name', 100));
    const body = valuesOf(request.body);
    const after = textOf(body, 'after', 2048);
    const asked = {
      parameters: parametersOf(body),
      trial: whatIfOf(body),
      requestId: request.id,
      ...(after === undefined ? {} : { listing: { after } }),
    };
    return answerOf(cmdlet, await run(cmdlet, asked, principalOf(request)));
  });
}

function cmdletOf(name: string): CmdletDefinition {
  const cmdlet = cmdletNamed(name);
  if (cmdlet) return cmdlet;
  const near = nearest(
    name,
    cmdlets.map(each => each.name),
  );
  throw new ParleyError('CMDLET_NOT_FOUND', `there is no cmdlet ${JSON.stringify(name)}: ${near}`);
}

function parametersOf(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { parameters = {} } = body;
  if (typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)) return valuesOf(parameters);
  throw new ParleyError('REQUEST_INVALID', 'parameters must be an object: {"Identity": "x"}');
}

function whatIfOf({ whatIf = false }: Readonly<Record<string, unknown>>): boolean {
  if (typeof whatIf === 'boolean') return whatIf;
  throw new ParleyError('REQUEST_INVALID', 'whatIf must be true or false');
}
