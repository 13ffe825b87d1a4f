import { carrierChoice, type DecisionRecord } from '@order-mesh/rules';
import { carrierProducts, provinceOf, usualWay, wayOf } from './way.ts';

const said = (values: DecisionRecord['said']): DecisionRecord => ({ facts: {}, moment: { now: 0, placedAt: 0 }, said: values, rule: null, hash: '' });

describe('how an order travels', () => {
  it('is every product that a rule may name, and as before where rules were not asked', () => {
    const [product] = carrierChoice.outputs;
    expect(product?.type === 'choice' && product.choices.map(({ value }) => value)).toEqual(carrierProducts);
    for (const one of carrierProducts) expect(wayOf(said({ product: one, insured: true }))).toEqual({ product: one, insured: true });
    expect(wayOf(null)).toEqual(usualWay);
  });

  it('hangs on a province by its name, however the address writes it', () => {
    expect(['江苏', '江苏省', '北京市', '新疆维吾尔自治区', '广西壮族自治区', '内蒙古自治区', '香港特别行政区', '海外', ' 上海市 ', '省', ''].map(provinceOf))
      .toEqual(['江苏', '江苏', '北京', '新疆', '广西', '内蒙古', '香港', '海外', '上海', '省', '']);
  });
});
