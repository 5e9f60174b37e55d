import { ParleyError } from '@parley/base';
import { type Administrator, type ApiToken, ObjectInvalid } from '@parley/directory';
import { LONGEST_TOKEN_DAYS, remark, USUAL_TOKEN_DAYS } from '@parley/schema';
import { textIn } from '../../run/bind.ts';
import type { Action, ActionRequest } from '../../run/ports.ts';
import { isTokenScope } from '../scopes.ts';
import { countIn, textsIn } from './given.ts';
import { type ActionParts, administratorNamed, mayHandOut, row, timeOf, told } from './parts.ts';

type Doing = (request: ActionRequest, parts: ActionParts) => ReturnType<Action>;

const DAY_MILLIS = 86_400_000;
/** Of one administrator at once. */
const MOST_TOKENS = 100;

const shown = (token: ApiToken, owner: Administrator, secret?: string) =>
  row('AdminToken', token.id, {
    Name: token.name,
    Identity: token.id,
    Administrator: owner.name,
    Scopes: token.scopes,
    WhenCreated: timeOf(token.createdAt),
    Expires: timeOf(token.expiresAt),
    LastUsed: timeOf(token.lastUsedAt),
    ...(secret === undefined ? {} : { Secret: secret }),
  });

export const getAdminToken: Doing = async (request, parts) => {
  const owner = await ownerOf(request, parts);
  return { rows: (await parts.records.tokens.of(owner.id)).map(token => shown(token, owner)) };
};

export const newAdminToken: Doing = async (request, parts) => {
  const { bound, principal, asked } = request;
  const owner = await ownerOf(request, parts);
  mayHandOut(principal, owner.groups);
  const now = parts.clock.wall();
  const wanted = {
    name: tokenName(textIn(bound, 'Name') ?? ''),
    scopes: scopesOf(textsIn(bound, 'Scopes') ?? []),
    expiresAt: now + countIn(bound, 'Days', { min: 1, max: LONGEST_TOKEN_DAYS, usual: USUAL_TOKEN_DAYS }) * DAY_MILLIS,
  };
  if (asked.trial) return {};
  if ((await parts.records.tokens.of(owner.id)).length >= MOST_TOKENS)
    throw new ObjectInvalid([
      remark('Administrator', owner.name, `one has at most ${MOST_TOKENS} tokens: remove some`),
    ]);
  const { token, secret } = await parts.tokens.issue(owner, wanted);
  await told(request, parts, { object: owner, parameters: { token: token.name, id: token.id, scopes: token.scopes } });
  return {
    rows: [shown(token, owner, secret)],
    warnings: ['The secret is shown this once: keep it where the programme finds it.'],
  };
};

export const removeAdminToken: Doing = async (request, parts) => {
  const id = textIn(request.bound, 'Identity') ?? '';
  const token = await parts.records.tokens.byId(id);
  const owner = token && (await parts.records.administrators.byId(token.administrator));
  const { organization } = request.by;
  if (!owner || (organization !== undefined && owner.organization !== organization))
    throw new ParleyError('OBJECT_NOT_FOUND', `there is no token ${JSON.stringify(id.slice(0, 64))}`);
  mayHandOut(request.principal, owner.groups);
  if (request.asked.trial) return {};
  await parts.records.tokens.remove(id);
  await told(request, parts, { object: owner, parameters: { token: token.name, id } });
  return {};
};

/** Whose token is meant: the one who is named, or whoever asks. */
async function ownerOf(request: ActionRequest, parts: ActionParts): Promise<Administrator> {
  const name = textIn(request.bound, 'Administrator');
  if (name !== undefined) return administratorNamed(name, request, parts);
  const { administrator } = request.principal;
  const own = administrator === undefined ? undefined : await parts.records.administrators.byId(administrator);
  if (own) return own;
  throw new ObjectInvalid([
    remark('Administrator', undefined, 'say whose token it is: whoever is at the machine itself has none'),
  ]);
}

/** A name that is fit for the audit log. */
function tokenName(name: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u.test(name)) return name;
  throw new ObjectInvalid([remark('Name', name, 'a token is named by 1 to 64 letters, digits, blanks and . _ -')]);
}

function scopesOf(scopes: readonly string[]): readonly string[] {
  const wrong = scopes.filter(scope => !isTokenScope(scope));
  if (wrong.length === 0) return scopes;
  throw new ObjectInvalid(
    wrong.map(scope =>
      remark('Scopes', scope, 'a scope is cmdlet: and the name of a cmdlet, or group: and the name of a role group'),
    ),
  );
}
