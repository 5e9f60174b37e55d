import { type CallAnsweringRule, type Mailbox, type Problem, problem, remark } from '@parley/schema';
import type { Action, KindRules } from './rule.ts';

const KIND = 'UMCallAnsweringRule';
const MOST_RULES = 9;
const MOST_CALLERS = 50;
const PRIORITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What a key can do, by the number that says it. */
const TRANSFER = 1;
const MESSAGE = 2;
const FIND_ME = 5;

type KeyMapping = CallAnsweringRule['keyMappings'][number];

function wrongCallers({ callerIds }: CallAnsweringRule): Problem[] {
  const folders = callerIds.filter(each => each.startsWith('4'));
  if (folders.length > 1) return [problem('callerIds', folders[1], 'all contacts once at most')];
  if (callerIds.length - folders.length <= MOST_CALLERS) return [];
  return [
    problem('callerIds', `${callerIds.length} callers`, `at most ${MOST_CALLERS} numbers and people, and all contacts`),
  ];
}

/** What a key lacks for what it is to do; undefined when it has everything. */
function lackOf(mapping: KeyMapping): string | undefined {
  const { type, findMe1, findMe1Duration, findMe2, findMe2Duration, transferTo, contact } = mapping;
  if (type === TRANSFER) {
    const targets = [transferTo, contact].filter(each => each !== undefined).length;
    return targets === 1 ? undefined : 'one number or one contact that callers are sent to';
  }
  if (type === MESSAGE) return undefined;
  if (type !== FIND_ME) return 'type 1 (a transfer), 2 (a voice message) or 5 (Find Me)';
  if (findMe1 === undefined || findMe1Duration === undefined) return 'a number to call and how long it rings';
  return (findMe2 === undefined) === (findMe2Duration === undefined) ? undefined : 'how long the second number rings';
}

function wrongKeys({ keyMappings }: CallAnsweringRule): Problem[] {
  const seen = new Set<number>();
  return keyMappings.flatMap(mapping => {
    if (seen.has(mapping.key)) return [problem('keyMappings', mapping.key, 'a key that no other entry has')];
    seen.add(mapping.key);
    const lack = lackOf(mapping);
    return lack === undefined
      ? []
      : [remark('keyMappings', mapping.key, `keyMappings: key ${mapping.key} needs ${lack}`)];
  });
}

function wrongExtensions({ extensionsDialed }: CallAnsweringRule, mailbox: Mailbox): Problem[] {
  const own = [...mailbox.extensions, ...mailbox.secondaryExtensions];
  return extensionsDialed
    .filter(each => !own.includes(each))
    .map(each => problem('extensionsDialed', each, `an extension of mailbox ${mailbox.name}: ${own.join(', ')}`));
}

function wrongPriority(rule: CallAnsweringRule, others: readonly CallAnsweringRule[]): Problem[] {
  const owner = others.find(({ priority }) => priority === rule.priority);
  if (!owner) return [];
  const taken = new Set(others.map(({ priority }) => priority));
  const free = PRIORITIES.filter(each => !taken.has(each)).join(', ');
  return [
    remark(
      'priority',
      rule.priority,
      `priority: ${rule.priority} belongs to rule ${owner.name}; there is still ${free}`,
    ),
  ];
}

const turn =
  (enabled: boolean): Action<typeof KIND> =>
  async ({ object }) => {
    if (!object) return {};
    const { id } = object;
    return { changes: [{ what: 'change', kind: KIND, id, patch: { enabled } }], shows: [{ kind: KIND, id }] };
  };

export const umCallAnsweringRule: KindRules<typeof KIND> = {
  async check(rule, { before, lookup }) {
    const mailbox = await lookup.get('UMMailbox', rule.umMailbox);
    if (!mailbox) return [];
    if (!before && !mailbox.umEnabled)
      return [problem('umMailbox', mailbox.name, 'a mailbox that is enabled for unified messaging')];
    const all = await lookup.find(KIND, 'umMailbox', rule.umMailbox);
    const others = all.filter(({ id }) => id !== rule.id);
    if (others.length >= MOST_RULES)
      return [
        remark(
          'umMailbox',
          mailbox.name,
          `umMailbox: mailbox ${mailbox.name} has ${MOST_RULES} rules already, which is the most`,
        ),
      ];
    return [
      ...wrongPriority(rule, others),
      ...wrongCallers(rule),
      ...wrongKeys(rule),
      ...wrongExtensions(rule, mailbox),
    ];
  },
  actions: { enable: turn(true), disable: turn(false) },
};
