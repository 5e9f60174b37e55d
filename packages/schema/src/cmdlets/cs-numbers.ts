import type { CmdletDefinition } from '../define/cmdlet.ts';
import { csAnnouncement, csUnassignedNumber } from '../objects/cs-unassigned-number.ts';
import { csVoicemailReroutingConfiguration } from '../objects/cs-voicemail-rerouting.ts';
import { csObjectCmdlets } from './cs-object-cmdlets.ts';
import { CONTACT, HOME, SITE, UNIT, UNIT_PERMISSION } from './cs-set-up.ts';

const ATTENDANT = [...HOME, UNIT, UNIT_PERMISSION, CONTACT];
const SERVER = [SITE, 'New-CsPool app.litwareinc.com -Site Redmond -Role ApplicationServer'];
const ANNOUNCEMENT = 'New-CsAnnouncement -Identity ApplicationServer:app.litwareinc.com -Name "Busy"';
const RANGE =
  'New-CsUnassignedNumber -Identity Unused -NumberRangeStart "+14255550900" -NumberRangeEnd "+14255550999" -AnnouncementService ApplicationServer:app.litwareinc.com -AnnouncementName "Busy"';
const MADE = [...SERVER, ANNOUNCEMENT, RANGE];

const announcements = csObjectCmdlets(csAnnouncement, {
  get: { examples: [{ says: 'Shows all announcements.', line: 'Get-CsAnnouncement' }] },
  new: {
    examples: [
      {
        says: 'Makes one that is spoken.',
        line: 'New-CsAnnouncement -Identity ApplicationServer:app.litwareinc.com -Name "Help Desk Announcement" -TextToSpeechPrompt "Welcome to the Help Desk." -Language "en-US"',
        before: SERVER,
      },
      {
        says: 'Makes one that sends callers to voice mail.',
        line: 'New-CsAnnouncement -Parent ApplicationServer:app.litwareinc.com -Name "Voice mail" -TargetUri "sip:kmyer@litwareinc.com;opaque=app:voicemail"',
        before: SERVER,
      },
    ],
  },
  set: {
    examples: [
      {
        says: 'Plays a recording.',
        line: 'Set-CsAnnouncement Busy -AudioFilePrompt "WelcomeMessage.wav"',
        before: [...SERVER, ANNOUNCEMENT],
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes an announcement that no range has.',
        line: 'Remove-CsAnnouncement Busy -Confirm:$false',
        before: [...SERVER, ANNOUNCEMENT],
      },
    ],
  },
});

const ranges = csObjectCmdlets(csUnassignedNumber, {
  get: { examples: [{ says: 'Shows all ranges.', line: 'Get-CsUnassignedNumber', before: MADE }] },
  new: {
    examples: [
      { says: 'Has callers of a range hear an announcement.', line: RANGE, before: [...SERVER, ANNOUNCEMENT] },
      {
        says: 'Sends callers of a range to an attendant.',
        line: 'New-CsUnassignedNumber -Identity Unused -NumberRangeStart "+14255550900" -NumberRangeEnd "+14255550999" -ExUmAutoAttendantPhoneNumber "+14255550101"',
        before: ATTENDANT,
      },
    ],
  },
  set: {
    examples: [{ says: 'Has a range decide first.', line: 'Set-CsUnassignedNumber Unused -Priority 0', before: MADE }],
  },
  remove: {
    examples: [{ says: 'Removes a range.', line: 'Remove-CsUnassignedNumber Unused -Confirm:$false', before: MADE }],
  },
});

const rerouting = csObjectCmdlets(csVoicemailReroutingConfiguration, {
  get: { examples: [{ says: 'Shows all configurations.', line: 'Get-CsVoicemailReroutingConfiguration' }] },
  new: {
    examples: [
      {
        says: 'Sends calls of a site to an attendant by telephone while the network is broken.',
        line: 'New-CsVoicemailReroutingConfiguration -Identity site:Redmond -Enabled $True -AutoAttendantNumber "+14255550101"',
        before: ATTENDANT,
      },
    ],
  },
  set: {
    examples: [
      {
        says: 'Switches it off for everybody.',
        line: 'Set-CsVoicemailReroutingConfiguration -Enabled $False',
      },
    ],
  },
  remove: {
    examples: [
      {
        says: 'Removes the configuration of a site.',
        line: 'Remove-CsVoicemailReroutingConfiguration site:Redmond -Confirm:$false',
        before: [SITE, 'New-CsVoicemailReroutingConfiguration site:Redmond'],
      },
    ],
  },
});

export const csNumberCmdlets: readonly CmdletDefinition[] = [...announcements, ...ranges, ...rerouting];
