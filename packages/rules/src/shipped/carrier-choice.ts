import { carrierChoice } from '../points/carrier-choice.ts';
import type { Rule, RuleSet } from '../rule-set.ts';

const facts = { customerId: 'C0001', province: '广东', city: '深圳', pieces: 120, lines: 5, value: 80_000 };
const always = { from: null, until: null, counts: 'now', owner: 'logistics' } as const;
const NEAR = '"江苏", "浙江", "上海", "安徽"';
const REMOTE = '"新疆", "西藏", "青海", "内蒙古", "宁夏", "甘肃", "海南"';
const MIDDLE = `not in [${NEAR}, ${REMOTE}]`;
const NOT_REMOTE = `not in [${REMOTE}]`;
const PARCEL = { pieces: '(30..300]', lines: '<= 50' };
const LIGHT = { pieces: '<= 30', lines: '<= 50' };

type Draft = Pick<Rule, 'id' | 'title' | 'reason' | 'when'> & { readonly then: readonly [product: string, insured: boolean]; readonly given: Partial<typeof facts> };

const rule = ({ then: [product, insured], given, ...draft }: Draft): Rule => (
  { ...always, ...draft, then: { product, insured }, tests: [{ given: { ...facts, ...given }, expect: { product, insured } }] });

/** How an order travels as long as nobody has published other rules. What is cheap goes by road though it is light: those rules stand before the ones they make an exception of. */
export const carrierChoiceRules = (): RuleSet => ({ point: carrierChoice.name, rules: [...lightAndCheap, ...parcels, ...heavyGoods, rest] });

const lightAndCheap: readonly Rule[] = [
  rule({
    id: 'middle-cheap', title: '江浙沪皖与偏远地区以外，不超过 30 件、价值不超过 100 元，走标快', reason: '货值低，不值得空运',
    when: { province: MIDDLE, ...LIGHT, value: '<= 100' }, then: ['standard', false], given: { pieces: 30, value: 10_000 },
  }),
];

const parcels: readonly Rule[] = [
  rule({
    id: 'valuable', title: '价值超过 50,000 元、不超过 300 件且不超过 50 行，走特快并保价', reason: '贵重货物在途时间越短越好',
    when: { pieces: '<= 300', lines: '<= 50', value: '> 50000' }, then: ['express', true], given: { pieces: 300, value: 5_000_001 },
  }),
  rule({
    id: 'near-insured', title: '江浙沪皖不超过 300 件且不超过 50 行、价值 3,000 至 50,000 元，走标快并保价', reason: '陆运次日可达；超出普通赔付限额的货物保价',
    when: { province: NEAR, pieces: '<= 300', lines: '<= 50', value: '(3000..50000]' }, then: ['standard', true], given: { province: '浙江', city: '杭州', value: 5_000_000 },
  }),
  rule({
    id: 'middle-light', title: '江浙沪皖与偏远地区以外，不超过 30 件、价值不超过 3,000 元，走特快', reason: '小件空运差价小，快两天',
    when: { province: MIDDLE, ...LIGHT, value: '<= 3000' }, then: ['express', false], given: { pieces: 30, value: 300_000 },
  }),
  rule({
    id: 'middle-light-insured', title: '江浙沪皖与偏远地区以外，不超过 30 件、价值 3,000 至 50,000 元，走特快并保价', reason: '小件空运差价小；超出普通赔付限额的货物保价',
    when: { province: MIDDLE, ...LIGHT, value: '(3000..50000]' }, then: ['express', true], given: { pieces: 30, value: 300_001 },
  }),
  rule({
    id: 'middle-insured', title: '江浙沪皖与偏远地区以外，31 至 300 件、价值 3,000 至 50,000 元，走标快并保价', reason: '超出普通赔付限额的货物保价',
    when: { province: MIDDLE, ...PARCEL, value: '(3000..50000]' }, then: ['standard', true], given: { pieces: 31, value: 300_001 },
  }),
  rule({
    id: 'remote-light', title: '偏远地区不超过 30 件、价值 100 至 1,000 元，走特快', reason: '陆运要一周以上',
    when: { province: REMOTE, ...LIGHT, value: '(100..1000]' }, then: ['express', false], given: { province: '新疆', city: '乌鲁木齐', pieces: 30, value: 100_000 },
  }),
  rule({
    id: 'remote-light-insured', title: '偏远地区不超过 30 件、价值 1,000 至 50,000 元，走特快并保价', reason: '路途远，中转多，破损多',
    when: { province: REMOTE, ...LIGHT, value: '(1000..50000]' }, then: ['express', true], given: { province: '新疆', city: '乌鲁木齐', pieces: 30, value: 100_001 },
  }),
  rule({
    id: 'remote-insured', title: '偏远地区 31 至 300 件、价值 1,000 至 50,000 元，走标快并保价', reason: '路途远，中转多，破损多',
    when: { province: REMOTE, ...PARCEL, value: '(1000..50000]' }, then: ['standard', true], given: { province: '青海', city: '西宁', pieces: 31, value: 100_001 },
  }),
];

const heavyGoods: readonly Rule[] = [
  rule({
    id: 'many-lines', title: '不超过 300 件但超过 50 行，走重货包裹并保价', reason: '品种多，装箱多；承运商要求重货保价',
    when: { province: NOT_REMOTE, pieces: '<= 300', lines: '> 50' }, then: ['heavy', true], given: { lines: 51 },
  }),
  rule({
    id: 'many-lines-remote', title: '偏远地区不超过 300 件但超过 50 行，走零担并保价', reason: '品种多，装箱多；偏远地区重货包裹太贵',
    when: { province: REMOTE, pieces: '<= 300', lines: '> 50' }, then: ['freight', true], given: { province: '甘肃', city: '兰州', lines: 51 },
  }),
  rule({
    id: 'heavy', title: '301 至 1,000 件，走重货包裹并保价', reason: '按重量计价比标快便宜；承运商要求重货保价',
    when: { province: NOT_REMOTE, pieces: '(300..1000]' }, then: ['heavy', true], given: { pieces: 301 },
  }),
  rule({
    id: 'heavy-remote', title: '偏远地区 301 至 1,000 件，走零担并保价', reason: '偏远地区重货包裹太贵',
    when: { province: REMOTE, pieces: '(300..1000]' }, then: ['freight', true], given: { province: '宁夏', city: '银川', pieces: 1_000 },
  }),
  rule({
    id: 'bulk-same-city', title: '苏州市内 1,001 至 3,000 件，走重货包裹并保价', reason: '同城不经过零担中转，当天可达',
    when: { city: '"苏州"', pieces: '(1000..3000]' }, then: ['heavy', true], given: { province: '江苏', city: '苏州', pieces: 3_000 },
  }),
  rule({
    id: 'freight', title: '超过 1,000 件，走零担并保价', reason: '件数多，零担最便宜；承运商要求零担保价',
    when: { pieces: '> 1000' }, then: ['freight', true], given: { pieces: 1_001 },
  }),
];

const rest = rule({
  id: 'standard', title: '其他订单走标快，不保价', reason: '普通货物的普通方式',
  when: {}, then: ['standard', false], given: {},
});
