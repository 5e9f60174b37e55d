import type { RoleGroup } from './role.ts';

const CS_VIEW = ['View-Only Cs', 'View-Only Cs Voicemail Policies'];

/** Everything an administrator can be a member of. The groups of Exchange hold nothing of Lync, and the other way round. */
export const roleGroups: readonly RoleGroup[] = [
  {
    name: 'Organization Management',
    summary: 'Everything of the messaging side, and who else may do it.',
    roles: [
      'Unified Messaging',
      'UM Mailboxes',
      'UM Prompts',
      'Exchange Servers',
      'Mail Recipients',
      'Mail Recipient Creation',
      'Distribution Groups',
      'Address Lists',
      'Organization Configuration',
      'Role Management',
      'Audit Logs',
      'Monitoring',
      'View-Only Configuration',
      'View-Only Recipients',
    ],
  },
  {
    name: 'UM Management',
    summary: 'Unified messaging: its configuration, mailboxes and prompts.',
    roles: ['Unified Messaging', 'UM Mailboxes', 'UM Prompts'],
  },
  {
    name: 'Server Management',
    summary: 'The services that answer calls.',
    roles: ['Exchange Servers'],
  },
  {
    name: 'Recipient Management',
    summary: 'Users, contacts and distribution groups; reads their voice mail settings.',
    roles: ['Mail Recipients', 'Mail Recipient Creation', 'Distribution Groups', 'View-Only Recipients'],
  },
  {
    name: 'View-Only Organization Management',
    summary: 'Reads everything of the messaging side.',
    roles: ['View-Only Configuration', 'View-Only Recipients'],
  },
  {
    name: 'Help Desk',
    summary: 'Reads people’s settings and tests calls.',
    roles: ['View-Only Recipients', 'Monitoring'],
  },
  {
    name: 'RTCUniversalServerAdmins',
    summary: 'Servers, voice, federation and policies.',
    roles: [
      'Cs Voicemail Policies',
      'Cs Routing',
      'Cs Voice',
      'Cs Edge',
      'Cs Servers',
      'Cs Configuration Store',
      'Cs Policy Assignment',
      'Cs Monitoring',
      ...CS_VIEW,
    ],
  },
  {
    name: 'RTCUniversalUserAdmins',
    summary: 'People, their contact objects and the policies they have.',
    roles: ['Cs Users', 'Cs UM Contacts', 'Cs Policy Assignment', ...CS_VIEW],
  },
  { name: 'RTCUniversalReadOnlyAdmins', summary: 'Reads.', roles: ['View-Only Cs'] },
  {
    name: 'CsAdministrator',
    summary: 'Everything of the telephony side, and who else may do it.',
    roles: [
      'Cs Voicemail Policies',
      'Cs Routing',
      'Cs Voice',
      'Cs Edge',
      'Cs Servers',
      'Cs Configuration Store',
      'Cs Users',
      'Cs UM Contacts',
      'Cs Policy Assignment',
      'Cs Delegation',
      'Cs Monitoring',
      'Role Management',
      'Audit Logs',
      ...CS_VIEW,
    ],
  },
  {
    name: 'CsUserAdministrator',
    summary: 'People, their contact objects and the policies they have; edits no policy.',
    roles: ['Cs Users', 'Cs UM Contacts', 'Cs Policy Assignment', ...CS_VIEW],
  },
  {
    name: 'CsVoiceAdministrator',
    summary: 'Voice settings and policies.',
    roles: ['Cs Voicemail Policies', 'Cs Routing', 'Cs Voice', 'Cs Policy Assignment', 'Cs Monitoring', ...CS_VIEW],
  },
  {
    name: 'CsServerAdministrator',
    summary: 'Servers and what runs on them; dial plans and routes.',
    roles: ['Cs Servers', 'Cs Routing', 'Cs Monitoring', ...CS_VIEW],
  },
  { name: 'CsViewOnlyAdministrator', summary: 'Reads.', roles: CS_VIEW },
  { name: 'CsHelpDesk', summary: 'Reads, and tests calls.', roles: [...CS_VIEW, 'Cs Monitoring'] },
];
