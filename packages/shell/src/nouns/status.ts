import type { Noun } from '../command.ts';
import { cleanJson } from '../print/clean.ts';
import { pairs } from '../print/table.ts';

export const statusNoun: Noun = {
  name: 'status',
  summary: 'The state of the running server.',
  verbs: [
    {
      name: '',
      summary: 'show it',
      positionals: [],
      options: [],
      examples: ['parley status', 'parley status --json'],
      async run({ json }, client) {
        const status = await client.status();
        if (json) return `${cleanJson(status)}\n`;
        return pairs(Object.entries(status).map(([name, value]) => [name, String(value)]));
      },
    },
  ],
};
