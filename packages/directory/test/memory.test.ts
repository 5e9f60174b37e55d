import { FakeClock } from '@parley/base/fake-clock';
import { memoryObjects } from '@parley/directory/memory';
import { directoryContract } from './directory-contract.ts';

directoryContract({ name: 'memory', open: use => use(memoryObjects({ clock: new FakeClock() })) });
