// Started as a program by the tests of clients, which may not import the server's side: for every folder that comes in a line, an admin
// over the objects of a first start, which listens in it; what was made for the line before is closed.
import { createInterface } from 'node:readline';
import { type RunningAdmin, startAdmin } from './running-admin.ts';

let running: RunningAdmin | undefined;
for await (const folder of createInterface({ input: process.stdin })) {
  await running?.admin.close();
  running = await startAdmin(folder);
  console.log(`ready ${folder}`);
}
process.exit(0);
