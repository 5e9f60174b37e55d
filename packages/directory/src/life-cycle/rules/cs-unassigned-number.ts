import { type OfKind, type Problem, problem } from '@parley/schema';
import { poolOf, resetOrRemove, scopeProblems } from './cs-scope.ts';
import type { KindRules, Lookup } from './rule.ts';

type Range = OfKind<'CsUnassignedNumber'>;

/** A number of a range in its parts; ranges are within numbers that are written alike. */
interface RangeNumber {
  readonly prefix: string;
  readonly digits: bigint;
  readonly extension: bigint | undefined;
}

function numberOf(text: string): RangeNumber | undefined {
  const found = /^(tel:)?(\+?)([0-9]{1,18})(?:;ext=([0-9]{1,10}))?$/i.exec(text);
  if (!found) return undefined;
  const [, , plus, digits, extension] = found;
  return { prefix: plus, digits: BigInt(digits), extension: extension === undefined ? undefined : BigInt(extension) };
}

/** With extensions a range is of the extensions of one number. */
function rangeProblems({ numberRangeStart, numberRangeEnd }: Range): Problem[] {
  const start = numberOf(numberRangeStart);
  const end = numberOf(numberRangeEnd);
  const isAlike =
    start && end && start.prefix === end.prefix && (start.extension === undefined) === (end.extension === undefined);
  if (!isAlike)
    return [problem('numberRangeEnd', numberRangeEnd, `written like NumberRangeStart, which is ${numberRangeStart}`)];
  if (start.extension !== undefined && end.extension !== undefined && start.digits !== end.digits)
    return [problem('numberRangeEnd', numberRangeEnd, 'another extension of the number in NumberRangeStart')];
  const isBefore =
    start.digits < end.digits || (start.digits === end.digits && (start.extension ?? 0n) <= (end.extension ?? 0n));
  return isBefore
    ? []
    : [problem('numberRangeEnd', numberRangeEnd, `not below NumberRangeStart, which is ${numberRangeStart}`)];
}

/** The contact of a kind that has this number. */
async function contactAt(number: string, isAttendant: boolean, lookup: Lookup) {
  const found = await lookup.find('CsExUmContact', 'displayNumber', number, { limit: 1 });
  return found.find(contact => contact.autoAttendant === isAttendant);
}

const ATTENDANT = 'the number of an existing contact of an auto attendant';
const SUBSCRIBER_ACCESS = 'the number of an existing contact of subscriber access';

async function targetProblems(range: Range, lookup: Lookup): Promise<Problem[]> {
  const { announcement, announcementService, exUmAutoAttendantPhoneNumber: number } = range;
  if ((announcement === undefined) === (number === undefined))
    return [problem('announcement', announcement, 'given, or ExUmAutoAttendantPhoneNumber instead of it')];
  if (number !== undefined) {
    const problems: Problem[] = (await contactAt(number, true, lookup))
      ? []
      : [problem('exUmAutoAttendantPhoneNumber', number, ATTENDANT)];
    if (announcementService !== undefined)
      problems.push(problem('announcementService', announcementService, 'given with AnnouncementName only'));
    return problems;
  }
  const played = announcement === undefined ? undefined : await lookup.get('CsAnnouncement', announcement);
  if (
    !played ||
    announcementService === undefined ||
    announcementService.toLowerCase() === played.service.toLowerCase()
  )
    return [];
  return [problem('announcementService', announcementService, `that of the announcement, ${played.service}`)];
}

export const csUnassignedNumberRules: KindRules<'CsUnassignedNumber'> = {
  check: async (range, { lookup }) => [...rangeProblems(range), ...(await targetProblems(range, lookup))],
};

export const csAnnouncementRules: KindRules<'CsAnnouncement'> = {
  async check({ service, textToSpeechPrompt, language }, { lookup }) {
    const server = await poolOf(service.slice(service.indexOf(':') + 1), 'ApplicationServer', lookup);
    return [
      ...(server ? [] : [problem('service', service, 'that of an existing pool whose role is ApplicationServer')]),
      ...(textToSpeechPrompt !== undefined && language === undefined
        ? [problem('language', undefined, 'given with TextToSpeechPrompt')]
        : []),
    ];
  },
};

export const csVoicemailReroutingRules: KindRules<'CsVoicemailReroutingConfiguration'> = {
  async check(configuration, { lookup }) {
    const { autoAttendantNumber: attendant, subscriberAccessNumber: access } = configuration;
    const problems = await scopeProblems(configuration, lookup);
    if (attendant !== undefined && !(await contactAt(attendant, true, lookup)))
      problems.push(problem('autoAttendantNumber', attendant, ATTENDANT));
    if (access !== undefined && !(await contactAt(access, false, lookup)))
      problems.push(problem('subscriberAccessNumber', access, SUBSCRIBER_ACCESS));
    return problems;
  },
  actions: { 'reset-or-remove': resetOrRemove('CsVoicemailReroutingConfiguration') },
};
