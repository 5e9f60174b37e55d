import { defineObject, type ObjectOf } from '../define/object.ts';
import { text } from '../define/property.ts';

/** A tenant: everything else belongs to one, and no look-up crosses it. */
export const organization = defineObject({
  kind: 'Organization',
  path: 'organizations',
  word: 'organization',
  summary: 'A tenant: the sender of its messages and what holds for all its mailboxes.',
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Name shown to administrators.' }),
    displayName: text({ max: 128, help: 'Name shown in messages; empty takes the name.' }),
    systemMailAddress: text({
      required: true,
      format: 'mail address',
      group: 'Messages',
      help: 'Address that voice messages and notices come from.',
    }),
    domain: text({
      format: 'domain',
      help: 'Domain of the phone contexts of its dial plans; empty takes that of the system mail address.',
    }),
    timeZone: text({
      default: 'UTC',
      format: 'time zone',
      group: 'Messages',
      help: 'Time zone (IANA name) of mailboxes that have none of their own.',
    }),
  },
});

export type Organization = ObjectOf<typeof organization>;
