import { defineObject, type ObjectOf } from '../define/object.ts';
import { integer, ref, text } from '../define/property.ts';
import { LAST_PRIORITY, plainName, tenant } from './cs-common.ts';

/** What callers of a number hear that nobody has. */
export const csAnnouncement = defineObject({
  kind: 'CsAnnouncement',
  path: 'cs-announcements',
  word: 'announcement',
  summary: 'What callers of a number hear that nobody has, and where they are sent.',
  properties: {
    name: text({ required: true, unique: true, max: 256, shown: 'Name', help: 'Name shown to administrators.' }),
    organization: tenant,
    service: text({
      required: true,
      format: 'application server',
      max: 300,
      fixedAfterCreate: true,
      shown: 'Parent',
      aliases: ['Identity'],
      help: 'The server that plays it: ApplicationServer:pool.example.org.',
    }),
    audioFilePrompt: text({ format: 'wave file', max: 256, inactive: true, help: 'Recording (WAV) that is played.' }),
    textToSpeechPrompt: text({
      format: 'paragraphs',
      max: 4096,
      inactive: true,
      help: 'Text that is spoken when there is no recording.',
    }),
    language: text({ format: 'language', help: 'Language of TextToSpeechPrompt.' }),
    targetUri: text({
      format: 'announcement target',
      max: 512,
      inactive: true,
      help: 'Where callers are sent after that; without it and without a prompt they hear a busy tone.',
    }),
  },
});

export type CsAnnouncement = ObjectOf<typeof csAnnouncement>;

/** Numbers that belong to nobody. */
export const csUnassignedNumber = defineObject({
  kind: 'CsUnassignedNumber',
  path: 'cs-unassigned-numbers',
  word: 'unassignednumber',
  summary: 'A range of numbers that nobody has, and what becomes of their calls.',
  properties: {
    name: plainName,
    organization: tenant,
    numberRangeStart: text({
      required: true,
      format: 'unassigned number',
      max: 40,
      help: 'The first number.',
    }),
    numberRangeEnd: text({ required: true, format: 'unassigned number', max: 40, help: 'The last number.' }),
    announcementService: text({
      format: 'application server',
      max: 300,
      help: 'The server that plays the announcement.',
    }),
    announcement: ref({ to: 'CsAnnouncement', shown: 'AnnouncementName', help: 'The announcement that is played.' }),
    exUmAutoAttendantPhoneNumber: text({
      format: 'display number',
      max: 18,
      help: 'Number of the auto attendant that takes the calls instead.',
    }),
    priority: integer({
      min: 0,
      max: LAST_PRIORITY,
      help: 'Of ranges that overlap, the lowest decides; none: after all that have one.',
    }),
  },
});

export type CsUnassignedNumber = ObjectOf<typeof csUnassignedNumber>;
