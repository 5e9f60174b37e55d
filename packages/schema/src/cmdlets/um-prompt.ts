import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { ref, text } from '../define/property.ts';
import { LARGEST_PROMPT, prompt } from '../objects/prompt.ts';
import { ofDialPlan, onEverything } from './common-parameters.ts';
import { objectCmdlets } from './object-cmdlets.ts';

const PLAN = 'New-UMDialPlan -Name MyDialPlan -NumberOfDigitsInExtension 4';
const ATTENDANT = 'New-UMAutoAttendant -Name MyAttendant -UMDialPlan MyDialPlan';

/** A WAV file of 1 ms of silence: linear PCM, 16 bit, 8 kHz, one channel. */
const SILENCE = 'UklGRjQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YRAAAAAAAAAAAAAAAAAAAAAAAAAA';
const IMPORTED = `Import-UMPrompt -UMDialPlan MyDialPlan -PromptFileName welcome.wav -PromptFileData ${SILENCE}`;

const owners = (plan: readonly string[], attendant: readonly string[]): Readonly<Record<string, Parameter>> => ({
  UMDialPlan: {
    property: ref({ to: 'UMDialPlan', help: 'The dial plan that it belongs to.' }),
    required: true,
    inSets: plan,
  },
  UMAutoAttendant: {
    property: ref({ to: 'UMAutoAttendant', help: 'The attendant that it belongs to.' }),
    required: true,
    inSets: attendant,
  },
});

const fileName: Parameter = {
  property: text({ required: true, format: 'wave file name', max: 255, help: 'The name of the file.' }),
  required: true,
};

const bytes = (help: string, inSets: readonly string[]): Parameter => ({
  property: text({ format: 'base64', max: Math.ceil(LARGEST_PROMPT / 3) * 4, help }),
  required: true,
  inSets,
});

export const umPromptCmdlets: readonly CmdletDefinition[] = [
  ...objectCmdlets(prompt, {
    get: {
      summary: 'Shows what was imported, without the sound.',
      parameters: { ...onEverything, ...ofDialPlan },
      examples: [
        { says: "Shows a dial plan's prompts.", line: 'Get-UMPrompt -UMDialPlan MyDialPlan', before: [PLAN, IMPORTED] },
      ],
    },
    remove: {
      parameters: onEverything,
      examples: [
        {
          says: 'Removes a prompt.',
          line: 'Remove-UMPrompt welcome.wav -Confirm:$false',
          before: [PLAN, IMPORTED],
        },
      ],
    },
  }).map(cmdlet => (cmdlet.does === 'get' ? { ...cmdlet, shows: ['name', 'umDialPlan', 'umAutoAttendant'] } : cmdlet)),
  {
    name: 'Import-UMPrompt',
    summary: 'Puts a recording in the place of a standard prompt; one of the same name is replaced.',
    kind: prompt.kind,
    does: 'import',
    changes: true,
    parameters: {
      ...onEverything,
      ...owners(
        ['UploadDialPlanPrompts', 'UploadDialPlanPromptsStream'],
        ['UploadAutoAttendantPrompts', 'UploadAutoAttendantPromptsStream'],
      ),
      PromptFileName: fileName,
      PromptFileData: bytes('The bytes of the file, at most 5 MiB (base64 outside a shell).', [
        'UploadDialPlanPrompts',
        'UploadAutoAttendantPrompts',
      ]),
      PromptFileStream: bytes('The same, from a stream.', [
        'UploadDialPlanPromptsStream',
        'UploadAutoAttendantPromptsStream',
      ]),
    },
    examples: [
      { says: 'Imports a greeting for a dial plan.', line: IMPORTED, before: [PLAN] },
      {
        says: 'Imports a greeting for an attendant, and has it played.',
        line: `Import-UMPrompt -UMAutoAttendant MyAttendant -PromptFileName hello.wav -PromptFileData ${SILENCE}; Set-UMAutoAttendant MyAttendant -BusinessHoursWelcomeGreetingEnabled $true -BusinessHoursWelcomeGreetingFilename hello.wav`,
        before: [PLAN, ATTENDANT],
      },
    ],
  },
  {
    name: 'Export-UMPrompt',
    summary: 'Gives the bytes of a recording that was imported.',
    kind: prompt.kind,
    does: 'export',
    changes: false,
    parameters: { ...onEverything, ...owners(['DPCustomGreeting'], ['AACustomGreeting']), PromptFileName: fileName },
    examples: [
      {
        says: 'Gives the bytes of a greeting.',
        line: '(Export-UMPrompt -UMDialPlan MyDialPlan -PromptFileName welcome.wav).AudioData',
        before: [PLAN, IMPORTED],
      },
    ],
  },
];
