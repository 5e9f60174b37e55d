import { defineObject, type ObjectOf } from '../define/object.ts';
import { flag, integer, list, record, ref, text } from '../define/property.ts';

/** One choice of the callers: "1,1,Receptionist,,,,,45678," or "5,2,Urgent Issues,23456,23,45671,50,,". */
const keyMapping = record({
  help: 'One choice that callers have.',
  fields: {
    type: integer({
      required: true,
      min: 1,
      max: 5,
      help: 'What it does: 1 a transfer, 2 a voice message, 5 Find Me.',
    }),
    key: integer({ required: true, min: 0, max: 9, help: 'The key.' }),
    context: text({ required: true, max: 256, help: 'What it is for, as it is spoken.' }),
    findMe1: text({ max: 128, format: 'number', help: 'The number that is called first.' }),
    findMe1Duration: integer({ min: 1, max: 120, unit: 'seconds', help: 'How long that rings.' }),
    findMe2: text({ max: 128, format: 'number', help: 'The number that is called then.' }),
    findMe2Duration: integer({ min: 1, max: 120, unit: 'seconds', help: 'How long that rings.' }),
    transferTo: text({ max: 128, format: 'number', help: 'The number of a transfer.' }),
    contact: text({ max: 256, help: 'The person of a transfer, when it is not to a number.' }),
  },
  written: [
    'type',
    'key',
    'context',
    'findMe1',
    'findMe1Duration',
    'findMe2',
    'findMe2Duration',
    'transferTo',
    'contact',
  ],
});

/** What callers of a mailbox meet under conditions that its owner has set. */
export const callAnsweringRule = defineObject({
  kind: 'UMCallAnsweringRule',
  path: 'call-answering-rules',
  word: 'answeringrule',
  summary: 'What callers of a mailbox may choose, by who calls, when and for which number.',
  ownedBy: 'umMailbox',
  namedWithin: 'umMailbox',
  goesWith: 'umMailbox',
  numerous: true,
  properties: {
    name: text({ required: true, unique: true, max: 255, help: 'Name shown to its owner.' }),
    umMailbox: ref({
      required: true,
      to: 'UMMailbox',
      fixedAfterCreate: true,
      shown: 'Mailbox',
      help: 'The mailbox whose calls it is for.',
    }),
    priority: integer({ default: 9, min: 1, max: 9, help: 'Order in which rules are tried, 1 first.' }),
    enabled: flag({ default: true, inactive: true, help: 'It is tried.' }),
    callerIds: list({
      of: text({ format: 'caller id', max: 300, help: 'For example 1,4255550100,, for a number.' }),
      default: [],
      max: 51,
      inactive: true,
      help: 'Callers it is for: at most 50 numbers and people, and all contacts; none: everybody.',
    }),
    timeOfDay: text({
      format: 'time of day',
      max: 32,
      inactive: true,
      help: 'When it holds; empty: always.',
    }),
    scheduleStatus: integer({
      min: 0,
      max: 15,
      inactive: true,
      help: 'When it holds by the calendar: the sum of 1 free, 2 tentative, 4 busy, 8 away; empty: always.',
    }),
    checkAutomaticReplies: flag({
      default: false,
      inactive: true,
      help: 'It holds only while automatic replies are on.',
    }),
    extensionsDialed: list({
      of: text({ format: 'digits', max: 20, help: 'An extension of the mailbox.' }),
      default: [],
      inactive: true,
      help: 'Called extensions it is for; none: all.',
    }),
    callersCanInterruptGreeting: flag({ inactive: true, help: 'A key cuts the greeting short.' }),
    keyMappings: list({
      of: keyMapping,
      default: [],
      max: 10,
      inactive: true,
      help: 'What callers may choose: type,key,context,findMe1,seconds,findMe2,seconds,transferTo,contact.',
    }),
    greetingFilename: text({
      format: 'wave file',
      max: 1024,
      inactive: true,
      help: 'Recorded greeting (WAV) that tells the choices; empty has the voice tell them.',
    }),
  },
});

export type CallAnsweringRule = ObjectOf<typeof callAnsweringRule>;
