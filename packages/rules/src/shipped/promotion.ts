import { promotion } from '../points/promotion.ts';
import type { Rule, RuleSet } from '../rule-set.ts';
import { areas, listOf } from './regions.ts';

const always = { counts: 'when-placed', owner: 'marketing' } as const;
const facts = { customerId: 'C0001', region: '江苏', tier: 'D', lines: 3, quantity: 120 };
/** When a day begins in Beijing. */
const day = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);

/** What orders are given as long as nobody has published other rules. A first order is given what is for first orders, any other what its region or its season has. */
export const promotionRules = (): RuleSet => ({ point: promotion.name, rules: [firstOrder, ...festivals, ...seasons] });

const firstOrder: Rule = {
  ...always, id: 'new-customer-first-order', title: '新客首单满 200 元减 30 元', from: null, until: null, reason: '请新客户试一次',
  when: { isFirstOrder: 'true', amount: '>= 200' }, then: { off: 30_00, percentOff: 0, budget: 500_000_00 },
  tests: [
    { given: { ...facts, isFirstOrder: true, amount: 200_00 }, expect: { off: 30_00 } }, { given: { ...facts, isFirstOrder: true, amount: 199_99 }, expect: { off: 0 } },
    { given: { ...facts, isFirstOrder: false, amount: 200_00 }, expect: { off: 0 } },
  ],
};

/** From how many yuan on, and how many less, by area. */
const SPRING = { '华东': [2_000, 100], '华南': [2_000, 100], '华北': [1_800, 90], '华中': [1_500, 80], '西南': [1_200, 70], '西北': [1_000, 60], '东北': [1_000, 60] } as const;
const SLUGS = { '华东': 'east', '华南': 'south', '华北': 'north', '华中': 'central', '西南': 'southwest', '西北': 'northwest', '东北': 'northeast' } as const;

interface Festival {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  /** Part of what the Spring Festival gives. */
  readonly share: number;
}

/** What each area has for a festival. */
const regional = ({ id, name, from, until, share }: Festival): readonly Rule[] => (Object.keys(SPRING) as (keyof typeof SPRING)[]).map((area): Rule => {
  const [least, most] = SPRING[area];
  const off = most * share;
  const [province] = areas[area];
  const given = { ...facts, region: province, isFirstOrder: false };
  return {
    ...always, id: `${id}-${SLUGS[area]}`, title: `${area}${name}备货，满 ${least} 元减 ${off} 元`, from: day(from), until: day(until), reason: `${area}${name}备货期短，提前下单错开运力`,
    when: { isFirstOrder: 'false', region: listOf(areas[area]), amount: `>= ${least}` }, then: { off: off * 100, percentOff: 0, budget: 200_000_00 * share },
    tests: [
      { given: { ...given, amount: least * 100 }, expect: { off: off * 100 } }, { given: { ...given, amount: least * 100 - 1 }, expect: { off: 0 } },
      { given: { ...given, region: '海外', amount: least * 100 }, expect: { off: 0 } },
    ],
  };
});

const festivals: readonly Rule[] = [
  ...regional({ id: 'spring-festival', name: '春节', from: '2027-01-18', until: '2027-02-21', share: 1 }), ...regional({ id: 'national-day', name: '国庆', from: '2027-09-20', until: '2027-10-01', share: 0.5 }),
];

interface Season {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly least: number;
  /** In hundredths of a percent. */
  readonly percentOff: number;
}

const SEASONS: readonly Season[] = [
  { id: 'womens-day', name: '三八节', from: '2027-03-01', until: '2027-03-09', least: 3_000, percentOff: 150 },
  { id: 'may-day', name: '五一', from: '2027-04-20', until: '2027-05-01', least: 3_000, percentOff: 150 },
  { id: 'june-18', name: '618', from: '2027-06-01', until: '2027-06-21', least: 5_000, percentOff: 200 },
  { id: 'back-to-school', name: '开学季', from: '2027-08-10', until: '2027-08-26', least: 2_000, percentOff: 100 },
  { id: 'mid-autumn', name: '中秋', from: '2027-08-30', until: '2027-09-16', least: 3_000, percentOff: 150 },
  { id: 'double-eleven', name: '双十一', from: '2027-11-01', until: '2027-11-13', least: 5_000, percentOff: 300 },
  { id: 'double-twelve', name: '双十二', from: '2027-12-04', until: '2027-12-13', least: 5_000, percentOff: 200 },
  { id: 'year-end', name: '年终', from: '2027-12-18', until: '2028-01-01', least: 8_000, percentOff: 250 },
];

const seasons: readonly Rule[] = SEASONS.map(({ id, name, from, until, least, percentOff }): Rule => ({
  ...always, id, title: `${name}备货，满 ${least} 元让利 ${percentOff / 100}%`, from: day(from), until: day(until), reason: '旺季前把库存铺到客户仓库',
  when: { isFirstOrder: 'false', amount: `>= ${least}` }, then: { off: 0, percentOff, budget: 300_000_00 },
  tests: [
    { given: { ...facts, isFirstOrder: false, amount: least * 100 }, expect: { percentOff } }, { given: { ...facts, isFirstOrder: false, amount: least * 100 - 1 }, expect: { percentOff: 0 } },
  ],
}));
