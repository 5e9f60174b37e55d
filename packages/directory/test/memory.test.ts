import { FakeClock } from '@parley/base/fake-clock';
import { memoryObjects } from '@parley/directory/memory';
import { directoryContract } from './directory-contract.ts';
import { listingContract } from './listing-contract.ts';
import { objectsContract } from './objects-contract.ts';
import { organizationsContract } from './organizations-contract.ts';

const open: Parameters<typeof objectsContract>[0]['open'] = use => use(memoryObjects({ clock: new FakeClock() }));

directoryContract({ name: 'memory', open });
objectsContract({ name: 'memory', open });
listingContract({ name: 'memory', open });
organizationsContract({ name: 'memory', open });
