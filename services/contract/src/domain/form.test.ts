import { contractTemplate, type DecisionRecord } from '@order-mesh/rules';
import { contractForms, formOf, usualForm } from './form.ts';

it('has every form that a rule may name, and is drawn up as before where rules were not asked', () => {
  const said = (values: DecisionRecord['said']): DecisionRecord => ({ facts: {}, moment: { now: 0, placedAt: 0 }, said: values, rule: null, hash: '' });
  const [template] = contractTemplate.outputs;
  expect(template?.type === 'choice' && template.choices.map(({ value }) => value).sort()).toEqual([...contractForms].sort());
  for (const one of contractForms) expect(formOf(said({ template: one, signWithinDays: 3 }))).toEqual({ template: one, signWithinDays: 3 });
  expect(formOf(null)).toEqual(usualForm);
});
