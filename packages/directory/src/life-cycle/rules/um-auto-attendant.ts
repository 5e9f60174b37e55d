import {
  type AutoAttendant,
  compareDays,
  type DialPlan,
  type Problem,
  parseDay,
  parseWeekInterval,
  problem,
  remark,
  tooClose,
} from '@parley/schema';
import type { CheckContext, KindRules, Lookup } from './rule.ts';
import { disable, discard, enable } from './um-auto-attendant-actions.ts';
import { missingLanguage, unknownGroups } from './um-common.ts';

type Keys = 'businessHoursKeyMapping' | 'afterHoursKeyMapping';
type KeyMapping = AutoAttendant[Keys][number];

/** What a key can do; it does one of them, or plays its prompt and nothing else. */
const actionsOf = (mapping: KeyMapping): readonly string[] =>
  [
    mapping.extension !== undefined && 'extension',
    mapping.autoAttendantName !== undefined && 'autoAttendantName',
    mapping.leaveVoicemailFor !== undefined && 'leaveVoicemailFor',
    mapping.transferToMailbox !== undefined && 'transferToMailbox',
    mapping.announceBusinessLocation && 'announceBusinessLocation',
    mapping.announceBusinessHours && 'announceBusinessHours',
  ].filter(each => typeof each === 'string');

function wrongKeys(property: Keys, attendant: AutoAttendant): Problem[] {
  const seen = new Set<string>();
  return attendant[property].flatMap(mapping => {
    const { key, name } = mapping;
    if (seen.has(key)) return [problem(property, key, 'a key that no other entry has')];
    seen.add(key);
    const actions = actionsOf(mapping);
    if (actions.length > 1)
      return [
        remark(property, key, `${property}: key ${key} (${name}) has ${actions.join(' and ')}: one thing at a time`),
      ];
    if (actions.length === 1 || mapping.promptFile !== undefined) return [];
    return [
      remark(
        property,
        key,
        `${property}: key ${key} (${name}) does nothing: it needs an extension, an attendant, a mailbox, an announcement or a prompt`,
      ),
    ];
  });
}

function wrongHours({ businessHoursSchedule }: AutoAttendant): Problem[] {
  const close = tooClose(businessHoursSchedule.flatMap(each => parseWeekInterval(each) ?? []));
  if (!close) return [];
  const at = businessHoursSchedule.find(each => parseWeekInterval(each)?.start === close[1].start);
  return [problem('businessHoursSchedule', at, 'at least 15 minutes away from every other interval')];
}

function wrongHolidays({ holidaySchedule }: AutoAttendant): Problem[] {
  return holidaySchedule
    .filter(({ start, end }) => {
      const [first, last] = [parseDay(start), end === undefined ? undefined : parseDay(end)];
      return first !== undefined && last !== undefined && compareDays(first, last) > 0;
    })
    .map(({ name, end }) => problem('holidaySchedule', end, `the last day of ${name}, not before its first`));
}

async function wrongFallback(attendant: AutoAttendant, lookup: Lookup): Promise<Problem[]> {
  const id = attendant.dtmfFallbackAutoAttendant;
  if (id === undefined) return [];
  const fallback = id === attendant.id ? attendant : await lookup.get('UMAutoAttendant', id);
  if (id !== attendant.id && !fallback?.speechEnabled) return [];
  return [problem('dtmfFallbackAutoAttendant', fallback?.name, 'another attendant, which is not spoken to')];
}

/** A number in a plan leads to one place: an attendant, the subscribers' entrance, or a mailbox. */
async function sharedNumbers(attendant: AutoAttendant, plan: DialPlan, lookup: Lookup): Promise<Problem[]> {
  if (attendant.pilotIdentifierList.length === 0) return [];
  const owners = new Map(plan.accessTelephoneNumbers.map(each => [each.toLowerCase(), `dial plan ${plan.name}`]));
  for (const other of await lookup.find('UMAutoAttendant', 'umDialPlan', plan.id))
    if (other.id !== attendant.id)
      for (const each of other.pilotIdentifierList) owners.set(each.toLowerCase(), `attendant ${other.name}`);
  const problems: Problem[] = [];
  for (const number of attendant.pilotIdentifierList) {
    const owner = owners.get(number.toLowerCase()) ?? (await mailboxWith(number, plan, lookup));
    if (owner !== undefined)
      problems.push(remark('pilotIdentifierList', number, `pilotIdentifierList: ${number} belongs to ${owner}`));
  }
  return problems;
}

async function mailboxWith(number: string, plan: DialPlan, lookup: Lookup): Promise<string | undefined> {
  for (const property of ['extensions', 'sipResourceIdentifier'] as const)
    for (const mailbox of await lookup.find('UMMailbox', property, number)) {
      const policy = await lookup.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
      if (policy?.umDialPlan === plan.id) return `mailbox ${mailbox.name}`;
    }
  return undefined;
}

async function check(
  attendant: AutoAttendant,
  { lookup, settings }: CheckContext<'UMAutoAttendant'>,
): Promise<Problem[]> {
  const plan = await lookup.get('UMDialPlan', attendant.umDialPlan);
  return [
    ...missingLanguage('language', attendant.language, settings),
    ...wrongKeys('businessHoursKeyMapping', attendant),
    ...wrongKeys('afterHoursKeyMapping', attendant),
    ...wrongHours(attendant),
    ...wrongHolidays(attendant),
    ...(await wrongFallback(attendant, lookup)),
    ...(plan ? unknownGroups(attendant, plan) : []),
    ...(plan ? await sharedNumbers(attendant, plan, lookup) : []),
  ];
}

export const umAutoAttendant: KindRules<'UMAutoAttendant'> = {
  check,
  actions: { enable, disable, discard },
};
