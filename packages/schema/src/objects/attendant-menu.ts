import { flag, text } from '../define/property.ts';

const note = (when: string) => ({ group: `Menu ${when}`, inactive: true }) as const;

/** The flags and files that an attendant has twice: for business hours and for all others. */
export const menuFlag = (when: string, help: string) => flag({ default: false, ...note(when), help });

/** The name of an imported prompt of one of the two menus. */
export const menuFile = (when: string, help: string) =>
  text({ format: 'wave file name', max: 255, ...note(when), help });
