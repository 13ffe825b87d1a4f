import { always, codeIn, idFor, numberIn, otherThan, withRule, type Filled, type Read } from './form.ts';
import { price } from './points/price.ts';
import type { Values } from './field.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { areas, listOf, regionNames, regionsNamed } from './shipped/regions.ts';

type Answers = Readonly<Record<string, string>>;

const REGIONAL = 'regional';
const BUY_GET = 'buy-get';

/** A province, or an area of several, pays so much less, for everything or for one SKU; of a province in an area the province decides. Refuses a region that no order carries. */
export function regionalPrice(set: RuleSet, { region, percent, sku }: Answers): Filled {
  const [where, off, what] = [regionIn(region), numberIn(price, { of: 'percentOff', named: 'percent', text: percent }), sku === undefined ? null : codeIn('sku', sku)];
  const problems = [where, off, ...(what ? [what] : [])].flatMap((read) => (read.ok ? [] : read.problems));
  if (!where.ok || !off.ok || (what && !what.ok)) return { ok: false, problems };
  const taken = what && giftOf(set, what.value);
  if (taken) return { ok: false, problems: [`sku: ${taken.title}（${taken.id}）; take it out first`] };
  const { name, cell } = where.value;
  const known = set.rules.find((rule) => isRegional(rule) && rule.when['region']?.trim() === cell && textIn(rule, 'sku') === (what?.value ?? null));
  const rule: Rule = {
    ...always, id: known?.id ?? idFor(set, REGIONAL, `${name} ${what?.value ?? ''}`), title: `${name}${what ? ` 存货 ${what.value}` : ''} 让利 ${off.value / 100}%`, owner: known?.owner ?? 'sales', reason: known?.reason ?? '区域竞争价格',
    counts: 'when-placed', when: { region: cell, ...(what && { sku: `"${what.value}"` }) }, then: said({ percentOff: off.value }), tests: [],
  };
  return done(inPlace(set, rule, what ? 'first' : 'last'), rule);
}

interface Region {
  readonly name: string;
  readonly cell: string;
}

function regionIn(text: string | undefined): Read<Region> {
  const code = codeIn('region', text);
  if (!code.ok) return code;
  const regions = regionsNamed(code.value);
  if (!regions) return { ok: false, problems: [`region: no order carries ${code.value}; there are ${regionNames()}`] };
  const [only = code.value, ...others] = regions;
  return { ok: true, value: { name: others.length === 0 ? only : code.value, cell: listOf(regions) } };
}

/** A province stands before the areas, or it would never decide. */
function inPlace(set: RuleSet, rule: Rule, otherwise: 'first' | 'last'): RuleSet {
  if (set.rules.some(({ id }) => id === rule.id)) return withRule(set, rule, otherwise);
  const alike = (other: Rule): boolean => isRegional(other) && textIn(other, 'sku') === textIn(rule, 'sku');
  if (isArea(rule)) {
    const after = set.rules.findLastIndex((other) => alike(other) && !isArea(other));
    return after < 0 ? withRule(set, rule, otherwise) : { ...set, rules: set.rules.toSpliced(after + 1, 0, rule) };
  }
  const before = set.rules.findIndex((other) => alike(other) && isArea(other));
  return before < 0 ? withRule(set, rule, otherwise) : { ...set, rules: set.rules.toSpliced(before, 0, rule) };
}

/** Of one SKU, so many are free for so many that are bought. */
export function buyGet(set: RuleSet, { sku, buy, get }: Answers): Filled {
  const [what, bought, free] = [codeIn('sku', sku), numberIn(price, { of: 'buy', named: 'buy', text: buy }), numberIn(price, { of: 'get', named: 'get', text: get })];
  const problems = [what, bought, free].flatMap((read) => (read.ok ? [] : read.problems));
  if (!what.ok || !bought.ok || !free.ok) return { ok: false, problems };
  const taken = set.rules.find((rule) => isRegional(rule) && textIn(rule, 'sku') === what.value);
  if (taken) return { ok: false, problems: [`sku: ${taken.title}（${taken.id}）; take it out first`] };
  const known = giftOf(set, what.value);
  const rule: Rule = {
    ...always, id: known?.id ?? idFor(set, BUY_GET, what.value), title: `存货 ${what.value} 买 ${bought.value} 送 ${free.value}`, owner: known?.owner ?? 'marketing', reason: known?.reason ?? '以货促销，不动单价',
    counts: 'when-placed', when: { sku: `"${what.value}"` }, then: said({ buy: bought.value, get: free.value }), tests: [],
  };
  return done(withRule(set, rule, 'first'), rule);
}

/** Prices of regions leave out what has gifts, and both end where volume prices begin: so nothing contradicts anything. Tests follow. */
function done(set: RuleSet, { title: sentence }: Rule): Filled {
  const gifts = set.rules.flatMap((rule) => (isGift(rule) ? textIn(rule, 'sku') ?? [] : []));
  const least = volumeBegins(set);
  return { ok: true, set: { ...set, rules: set.rules.map((rule) => fitted(rule, { gifts, least, rules: set.rules, named: new Set([...gifts, ...set.rules.flatMap((one) => textIn(one, 'sku') ?? [])]) })) }, sentence };
}

interface Form {
  readonly gifts: readonly string[];
  /** Volume prices begin above so many units; null where there are none. */
  readonly least: number | null;
  readonly named: ReadonlySet<string>;
  readonly rules: readonly Rule[];
}

function fitted(rule: Rule, form: Form): Rule {
  if (!isRegional(rule) && !isGift(rule)) return rule;
  const { least, named } = form;
  const { region } = rule.when;
  const sku = textIn(rule, 'sku');
  const without = [...new Set([...form.gifts, ...skusOfAreas(rule, form)])];
  const others = listOf(without);
  const when = { ...(region !== undefined && { region }), ...(sku === null ? without.length > 0 && { sku: `not in [${others}]` } : { sku: `"${sku}"` }), ...(least !== null && { quantity: `<= ${least}` }) };
  const given = { customerId: 'C0001', region: ownRegion(rule, form), tier: 'D', sku: sku ?? otherThan(named, 'P0001'), quantity: Math.min(10, least ?? 10), unitPrice: 250 };
  const above = least === null ? [] : [{ given: { ...given, quantity: least + 1 }, expect: { percentOff: 0, get: 0 } }];
  return { ...rule, when, tests: [{ given, expect: rule.then }, ...above] };
}

/** What an area has a price of its own for: where it is the province's, too, the SKU decides. */
const skusOfAreas = (rule: Rule, { rules }: Form): readonly string[] => (isRegional(rule) && !isArea(rule) ? rules.filter((other) => isRegional(other) && isArea(other) && regionsIn(other).some((one) => regionsIn(rule).includes(one))) : [])
  .flatMap((other) => textIn(other, 'sku') ?? []);

/** A region about which no province's rule says anything else. */
function ownRegion(rule: Rule, { rules }: Form): string {
  const provinces = new Set(rules.filter((other) => other.id !== rule.id && isRegional(other) && !isArea(other)).flatMap(regionsIn));
  const regions = regionsIn(rule);
  return regions.find((one) => !provinces.has(one)) ?? regions[0] ?? '海外';
}

const said = (some: Values): Values => ({ percentOff: 0, buy: 0, get: 0, floor: 0, ...some });

// only what these forms wrote is theirs: what somebody has changed by hand since stays as it is, and contradictions are told when it is checked
const isRegional = (rule: Rule): boolean => isNamed(rule, REGIONAL) && isAsWritten(rule, ['region', 'sku', 'quantity']) && regionsIn(rule).length > 0;
const isArea = (rule: Rule): boolean => regionsIn(rule).length > 1;
const isGift = (rule: Rule): boolean => isNamed(rule, BUY_GET) && isAsWritten(rule, ['sku', 'quantity']) && textIn(rule, 'sku') !== null;

const isNamed = ({ id }: Rule, name: string): boolean => id === name || id.startsWith(`${name}-`);

function isAsWritten(rule: Rule, fields: readonly string[]): boolean {
  const { sku, quantity } = rule.when;
  const isSkuOurs = sku === undefined || textIn(rule, 'sku') !== null || sku.startsWith('not in ["');
  return Object.keys(rule.when).every((field) => fields.includes(field)) && isSkuOurs && (quantity === undefined || /^<= \d+$/.test(quantity));
}

const giftOf = (set: RuleSet, sku: string): Rule | undefined => set.rules.find((rule) => isGift(rule) && textIn(rule, 'sku') === sku);

/** The regions of a cell as this form writes it, a province or a whole area; none for any other cell. */
function regionsIn({ when: { region = '' } }: Rule): readonly string[] {
  const only = /^"([^"]*)"$/.exec(region.trim())?.[1];
  return only === undefined ? Object.values(areas).find((provinces) => listOf(provinces) === region.trim()) ?? [] : [only];
}

const textIn = ({ when }: Rule, field: string): string | null => /^"([^"]*)"$/.exec(when[field]?.trim() ?? '')?.[1] ?? null;

/** The least quantity that a rule of other origin is above of. */
function volumeBegins({ rules }: RuleSet): number | null {
  const bounds = rules.filter((rule) => !isRegional(rule) && !isGift(rule)).flatMap(({ when }) => {
    const bound = /^(?:> |\()(\d+)/.exec(when['quantity']?.trim() ?? '')?.[1];
    return bound === undefined ? [] : [Number(bound)];
  });
  return bounds.length === 0 ? null : Math.min(...bounds);
}
