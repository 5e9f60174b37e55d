import {
  checkAgainstOthers,
  type Kind,
  type OfKind,
  type Problem,
  parseNetwork,
  problem,
  remark,
} from '@parley/schema';
import type { Catalogue } from '../lookup/catalogue.ts';
import { ObjectInvalid } from '../objects.ts';
import type { Rules } from './rules/rule.ts';
import { unsecuredGateways } from './secured-plans.ts';

/** Two gateways of one address would make it unclear whose calls come from there (event 1175 of the originals). */
function sharedNetworks(gateway: OfKind<'UMIPGateway'>, catalogue: Catalogue): Problem[] {
  const keys = new Set(gateway.address.map(networkKey));
  const problems: Problem[] = [];
  for (const other of catalogue.world.all('UMIPGateway')) {
    if (other.id === gateway.id) continue;
    const shared = other.address.find(address => keys.has(networkKey(address)));
    if (shared) problems.push(remark('address', shared, `address: ${shared} belongs to gateway ${other.name}`));
  }
  return problems;
}

function networkKey(text: string): string {
  const network = parseNetwork(text);
  return network ? `${network.bytes.join('.')}/${network.bits}` : text.toLowerCase();
}

function missingLanguage(property: string, language: string | undefined, { languages }: Rules): Problem[] {
  if (language === undefined || !languages || languages.includes(language)) return [];
  return [problem(property, language, `a language that prompts exist in: ${languages.join(', ')}`)];
}

/** Everything that can be wrong with an object that is valid by itself. Throws `ObjectInvalid`. */
export function checkInWorld<K extends Kind>(
  kind: K,
  object: OfKind<K>,
  at: { catalogue: Catalogue; rules: Rules },
): void {
  const { catalogue, rules } = at;
  const problems = [...checkAgainstOthers(kind, object, catalogue.world)];
  if ('address' in object) problems.push(...sharedNetworks(object, catalogue));
  if ('defaultLanguage' in object) problems.push(...missingLanguage('defaultLanguage', object.defaultLanguage, rules));
  if ('extensions' in object) problems.push(...missingLanguage('language', object.language, rules));
  problems.push(...unsecuredGateways(kind, object, catalogue.world));
  if (problems.length > 0) throw new ObjectInvalid(problems);
}
