import assert from 'node:assert/strict';
import { FakeClock } from '@parley/base/fake-clock';
import { ANY_ETAG, ObjectInvalid, type Stored } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import type { Kind, OfKind } from '@parley/schema';

const BY = { who: 'test' };

/** An organisation and what administrators do in it, by the rules of the whole engine. */
export class UmWorld {
  readonly clock = new FakeClock();
  readonly objects = memoryObjects({ clock: this.clock, languages: ['en-US', 'fr-FR'] });

  /** With the organisation "Contoso", whose domain is contoso.com. */
  static async begin(): Promise<UmWorld> {
    const world = new UmWorld();
    await world.make('Organization', { name: 'Contoso', systemMailAddress: 'voicemail@contoso.com' });
    return world;
  }

  async make<K extends Kind>(kind: K, input: object): Promise<OfKind<K>> {
    return (await this.objects.create(kind, input, BY)).object;
  }

  async set<K extends Kind>(kind: K, identity: string, patch: object): Promise<OfKind<K>> {
    return (await this.objects.change(kind, identity, { etag: ANY_ETAG, patch }, BY)).object;
  }

  async get<K extends Kind>(kind: K, identity: string): Promise<Stored<K>> {
    return this.objects.get(kind, identity, BY);
  }

  async remove(kind: Kind, identity: string): Promise<readonly string[]> {
    return (await this.objects.remove(kind, identity, ANY_ETAG, BY)).map(({ name }) => name);
  }

  act(kind: Kind, action: string, identity: string | undefined, parameters: object = {}) {
    const request = { ...(identity === undefined ? {} : { identity }), parameters: { ...parameters } };
    return this.objects.act(kind, action, request, BY);
  }

  async names(kind: Kind): Promise<readonly string[]> {
    const { objects } = await this.objects.list(kind, {}, BY);
    return objects.map(({ object }) => ('name' in object ? String(object.name) : object.id));
  }

  /** A dial plan, and by that its policy "<name> Default Policy". */
  plan(name = 'Main', input: object = {}) {
    return this.make('UMDialPlan', { name, numberOfDigitsInExtension: 4, ...input });
  }

  mailbox(name: string, input: object = {}) {
    return this.make('UMMailbox', { name, umMailboxPolicy: 'Main Default Policy', umEnabled: true, ...input });
  }
}

/** What of an input is refused, and why: each problem as "property: message". */
export async function refused(outcome: Promise<unknown>): Promise<readonly string[]> {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof ObjectInvalid) return error.problems.map(({ property, message }) => `${property}: ${message}`);
    throw error;
  }
  return assert.fail('it was not refused');
}

/** Asserts that something is refused for one reason, which names the property. */
export async function assertRefused(outcome: Promise<unknown>, property: string, why: RegExp): Promise<void> {
  const problems = await refused(outcome);
  assert.equal(problems.length, 1, problems.join('\n'));
  const [problem = ''] = problems;
  assert.ok(problem.startsWith(`${property}: `), problem);
  assert.match(problem, why);
}
