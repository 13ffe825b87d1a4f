import { always, codeIn, idFor, numberIn, otherThan, withRule, type Filled } from './form.ts';
import { writeNumber, type NumberField } from './field.ts';
import { replenishment } from './points.ts';
import type { Rule, RuleSet } from './rule-set.ts';

const GENERAL = 'fill-to-safety';

/** Stock is filled up to a multiple of the safety level, everywhere or for one SKU. */
export function fillTo(set: RuleSet, { times, sku }: Readonly<Record<string, string>>): Filled {
  const multiple = numberIn(replenishment, { of: 'fillTo', named: 'times', text: times });
  const code = sku === undefined ? null : codeIn('sku', sku);
  if (!multiple.ok) return multiple;
  if (code && !code.ok) return code;
  const rule = code ? ruleFor(set, code.value, multiple.value) : general(set, multiple.value);
  return { ok: true, set: retested(withRule(set, rule, code ? 'first' : 'last')), sentence: rule.title };
}

function general(set: RuleSet, multiple: number): Rule {
  const known = set.rules.find(({ id }) => id === GENERAL);
  return {
    ...always, id: GENERAL, owner: known?.owner ?? 'purchasing', reason: known?.reason ?? '一次补足一个补货周期的用量', when: {},
    title: `可用库存低于安全库存时，补至安全库存的 ${written(multiple)} 倍`, then: { fillTo: multiple }, tests: [testOf('P0001', multiple)],
  };
}

function ruleFor(set: RuleSet, sku: string, multiple: number): Rule {
  const known = set.rules.find(({ when }) => skuOf(when) === sku && Object.keys(when).length === 1);
  return {
    ...always, id: known?.id ?? idFor(set, 'fill', sku), owner: known?.owner ?? 'purchasing', reason: known?.reason ?? '该存货补货周期不同', when: { sku: `"${sku}"` },
    title: `存货 ${sku} 可用库存低于安全库存时，补至安全库存的 ${written(multiple)} 倍`, then: { fillTo: multiple }, tests: [testOf(sku, multiple)],
  };
}

/** The general rule is tested on a SKU that no other rule is about. */
function retested(set: RuleSet): RuleSet {
  const named = new Set(set.rules.flatMap(({ when }) => skuOf(when) ?? []));
  const rules = set.rules.map((rule) => (rule.id === GENERAL ? { ...rule, tests: [testOf(otherThan(named, 'P0001'), Number(rule.then['fillTo']))] } : rule));
  return { ...set, rules };
}

const testOf = (sku: string, multiple: number): Rule['tests'][number] => ({ given: { sku, free: 5, safetyStock: 20 }, expect: { fillTo: multiple } });

const skuOf = (when: Rule['when']): string | null => /^"([^"]*)"$/.exec(when['sku']?.trim() ?? '')?.[1] ?? null;

function written(multiple: number): string {
  const field = replenishment.outputs.find((one): one is NumberField => one.type === 'multiple');
  return field ? writeNumber(field, multiple) : String(multiple);
}
