import { getCommand } from '../help/get-command.ts';
import { getHelp } from '../help/get-help.ts';
import { getMember } from '../help/get-member.ts';
import { addContent, getContent, outFile, setContent } from './built-in/content.ts';
import { exportCsv, importCsv } from './built-in/csv.ts';
import { forEachObject } from './built-in/for-each-object.ts';
import { formatList, formatTable } from './built-in/format.ts';
import { groupObject } from './built-in/group-object.ts';
import { convertFromJson, convertToJson } from './built-in/json.ts';
import { measureObject } from './built-in/measure-object.ts';
import { selectObject } from './built-in/select-object.ts';
import { sortObject } from './built-in/sort-object.ts';
import { whereObject } from './built-in/where-object.ts';
import {
  outHost,
  outNull,
  outString,
  writeError,
  writeHost,
  writeOutput,
  writeVerbose,
  writeWarning,
} from './built-in/write.ts';
import type { BuiltIn } from './command.ts';

/** Commands of the language itself. */
export const builtIns: readonly BuiltIn[] = [
  ...[whereObject, forEachObject, selectObject, sortObject, groupObject, measureObject],
  ...[formatTable, formatList, outHost, outString, outNull],
  ...[importCsv, exportCsv, convertToJson, convertFromJson, getContent, setContent, addContent, outFile],
  ...[writeOutput, writeHost, writeWarning, writeError, writeVerbose],
  ...[getHelp, getCommand, getMember],
];
