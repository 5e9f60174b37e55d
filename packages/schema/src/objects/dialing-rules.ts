import { list, record, text } from '../define/property.ts';

/** What one dialing rule has; several of one name are one group. */
const dialingRule = record({
  help: 'A dialing rule.',
  fields: {
    name: text({ required: true, max: 32, format: 'name', help: 'Its group.' }),
    numberMask: text({
      required: true,
      max: 128,
      format: 'number mask',
      help: 'Numbers it is for: digits, x for one digit, * for all the rest.',
    }),
    dialedNumber: text({
      required: true,
      max: 128,
      format: 'number mask',
      help: 'What is dialled: digits, and as many x or * as the mask has.',
    }),
    comment: text({ max: 256, help: 'A remark.' }),
  },
  written: ['name', 'numberMask', 'dialedNumber', 'comment'],
});

/** The dialing rules of a plan. */
export const dialingRules = (where: string) =>
  list({
    of: dialingRule,
    default: [],
    max: 256,
    group: 'Dialing rules',
    inactive: true,
    help: `How numbers ${where} are dialled: Name,NumberMask,DialedNumber,Comment.`,
  });

/** The groups of dialing rules that somebody may dial by. */
export const allowedGroups = (who: string, where: string) =>
  list({
    of: text({ max: 128, help: 'The name of a group of dialing rules of the plan.' }),
    default: [],
    group: 'Dialing authorisation',
    inactive: true,
    help: `${who} may dial numbers ${where} by the rules of these groups.`,
  });
