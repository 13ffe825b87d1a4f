import { alert } from '../points/alert.ts';
import type { Rule, RuleSet } from '../rule-set.ts';

const always = { from: null, until: null, counts: 'now' } as const;
const facts = { kind: 'case', reason: '', step: '', system: '', service: '', waiting: 0, sku: '', quantity: 0, amount: 0 };

type Draft = Pick<Rule, 'id' | 'title' | 'owner' | 'reason' | 'when'> & { readonly to: string; readonly copyTo?: string; readonly isSent?: boolean; readonly given: Partial<typeof facts> };

const rule = ({ to, copyTo = 'none', isSent = true, given, ...draft }: Draft): Rule => (
  { ...always, ...draft, then: { isSent, to, copyTo }, tests: [{ given: { ...facts, ...given }, expect: { isSent, to, copyTo } }, { given: facts, expect: { isSent: true, to: 'group', copyTo: 'none' } }] });

/** Who is told as long as nobody has published other rules. What is left is told to those who look after the mesh, and so is what is for a role that nobody is set up for. */
export const alertRules = (): RuleSet => ({ point: alert.name, rules: [...cases, ...partners, ...letters, ...cards, ...shortages] });

const cases: readonly Rule[] = [
  rule({
    id: 'case-collected', title: '货已揽收、无法撤回的订单，发给物流部，抄送销售总监', owner: 'logistics', reason: '货在路上，要与客户商量退回',
    when: { kind: '"case"', step: '"logistics"', reason: '"already-collected"' }, to: 'logistics', copyTo: 'sales-director', given: { step: 'logistics', reason: 'already-collected' },
  }),
  rule({
    id: 'case-logistics', title: '卡在发货的订单，发给物流部，抄送平台维护群组', owner: 'logistics', reason: '由安排发货的人处理',
    when: { kind: '"case"', step: '"logistics"' }, to: 'logistics', copyTo: 'group', given: { step: 'logistics', reason: 'timed-out' },
  }),
  rule({
    id: 'case-finance', title: '卡在入账的订单，发给财务部，抄送平台维护群组', owner: 'finance', reason: '单据由财务在 U8 中核对',
    when: { kind: '"case"', step: '"finance"' }, to: 'finance', copyTo: 'group', given: { step: 'finance' },
  }),
  rule({
    id: 'case-credit', title: '卡在信用的订单，发给财务部，抄送大区经理', owner: 'finance', reason: '占用的额度要尽快还给客户',
    when: { kind: '"case"', step: '"credit"' }, to: 'finance', copyTo: 'regional-manager', given: { step: 'credit' },
  }),
  rule({
    id: 'case-stock', title: '卡在锁库的订单，发给仓库，抄送平台维护群组', owner: 'warehouse', reason: '锁住的库存别的订单用不了',
    when: { kind: '"case"', step: '"stock"' }, to: 'warehouse', copyTo: 'group', given: { step: 'stock' },
  }),
  rule({
    id: 'case-contract', title: '卡在合同的订单，发给大区经理，抄送平台维护群组', owner: 'sales', reason: '由销售联系客户',
    when: { kind: '"case"', step: '"contract"' }, to: 'regional-manager', copyTo: 'group', given: { step: 'contract' },
  }),
  rule({
    id: 'case-price', title: '卡在定价的订单，发给平台维护群组，抄送销售总监', owner: 'sales', reason: '促销预算可能还占着',
    when: { kind: '"case"', step: '"price"' }, to: 'group', copyTo: 'sales-director', given: { step: 'price' },
  }),
];

const AWAY = { kind: '"partner"', reason: '"away"' } as const;

const partners: readonly Rule[] = [
  rule({
    id: 'u8-away-many', title: 'U8 无法使用且超过 100 个请求在等待，发给平台维护群组，抄送财务部', owner: 'it', reason: '当天的订单可能来不及入账',
    when: { ...AWAY, system: '"u8"', waiting: '> 100' }, to: 'group', copyTo: 'finance', given: { kind: 'partner', reason: 'away', system: 'u8', waiting: 101 },
  }),
  rule({
    id: 'u8-away', title: 'U8 无法使用、等待不超过 100 个请求，发给平台维护群组，抄送信息技术部', owner: 'it', reason: 'U8 由信息技术部维护',
    when: { ...AWAY, system: '"u8"', waiting: '<= 100' }, to: 'group', copyTo: 'it', given: { kind: 'partner', reason: 'away', system: 'u8', waiting: 100 },
  }),
  rule({
    id: 'salesforce-away', title: 'Salesforce 无法使用，发给平台维护群组，抄送销售总监', owner: 'it', reason: '销售看不到订单进展',
    when: { ...AWAY, system: '"salesforce"' }, to: 'group', copyTo: 'sales-director', given: { kind: 'partner', reason: 'away', system: 'salesforce' },
  }),
  rule({
    id: 'signing-away', title: '电子签无法使用，发给平台维护群组，抄送大区经理', owner: 'it', reason: '客户收不到合同，会来问',
    when: { ...AWAY, system: '"esign", "fasc"' }, to: 'group', copyTo: 'regional-manager', given: { kind: 'partner', reason: 'away', system: 'esign' },
  }),
  rule({
    id: 'carrier-away', title: '承运商无法使用，发给平台维护群组，抄送物流部', owner: 'it', reason: '揽收要改由电话预约',
    when: { ...AWAY, system: '"carrier"' }, to: 'group', copyTo: 'logistics', given: { kind: 'partner', reason: 'away', system: 'carrier' },
  }),
  rule({
    id: 'tracking', title: '承运商路由查询无法使用，只发给物流部', owner: 'it', reason: '只影响在途查询，不影响订单',
    when: { ...AWAY, system: '"carrier-tracking"' }, to: 'logistics', given: { kind: 'partner', reason: 'away', system: 'carrier-tracking' },
  }),
  rule({
    id: 'wecom-well', title: '企业微信已恢复，不发送', owner: 'it', reason: '能收到消息就已恢复',
    when: { kind: '"partner"', reason: '"well"', system: '"wecom", "wecom-messages"' }, to: 'group', isSent: false, given: { kind: 'partner', reason: 'well', system: 'wecom' },
  }),
  rule({
    id: 'tracking-well', title: '承运商路由查询已恢复，只发给物流部', owner: 'it', reason: '与无法使用时发给同样的人',
    when: { kind: '"partner"', reason: '"well"', system: '"carrier-tracking"' }, to: 'logistics', given: { kind: 'partner', reason: 'well', system: 'carrier-tracking' },
  }),
];

const letters: readonly Rule[] = [
  rule({
    id: 'letter-money', title: '信用、财务、U8 的死信，发给平台维护群组，抄送财务部', owner: 'it', reason: '账可能对不上',
    when: { kind: '"letter"', service: '"credit", "finance", "erp-adapter"' }, to: 'group', copyTo: 'finance', given: { kind: 'letter', service: 'finance' },
  }),
  rule({
    id: 'letter-goods', title: '库存的死信，发给平台维护群组，抄送仓库', owner: 'it', reason: '可用库存可能不准',
    when: { kind: '"letter"', service: '"inventory"' }, to: 'group', copyTo: 'warehouse', given: { kind: 'letter', service: 'inventory' },
  }),
  rule({
    id: 'letter-logistics', title: '物流的死信，发给平台维护群组，抄送物流部', owner: 'it', reason: '运单状态可能不准',
    when: { kind: '"letter"', service: '"logistics"' }, to: 'group', copyTo: 'logistics', given: { kind: 'letter', service: 'logistics' },
  }),
  rule({
    id: 'letter-rest', title: '其他服务的死信，发给平台维护群组，抄送信息技术部', owner: 'it', reason: '多为格式问题，由信息技术部修复',
    when: { kind: '"letter"', service: 'not in ["credit", "finance", "erp-adapter", "inventory", "logistics"]' }, to: 'group', copyTo: 'it', given: { kind: 'letter', service: 'gateway' },
  }),
];

const cards: readonly Rule[] = [
  rule({
    id: 'card-large', title: '审批单未能发出，超过 50 万元，发给平台维护群组，抄送销售总监', owner: 'sales', reason: '金额大，总监可在订单平台决定',
    when: { kind: '"card"', amount: '> 500000' }, to: 'group', copyTo: 'sales-director', given: { kind: 'card', amount: 500_000_01 },
  }),
  rule({
    id: 'card', title: '审批单未能发出，不超过 50 万元，发给平台维护群组，抄送大区经理', owner: 'sales', reason: '大区经理可在订单平台决定',
    when: { kind: '"card"', amount: '<= 500000' }, to: 'group', copyTo: 'regional-manager', given: { kind: 'card', amount: 500_000_00 },
  }),
];

const shortages: readonly Rule[] = [
  rule({
    id: 'nothing-to-buy', title: '补货建议数量为零，不发送', owner: 'purchasing', reason: '没有需要采购的',
    when: { kind: '"replenishment"', quantity: '<= 0' }, to: 'purchasing', isSent: false, given: { kind: 'replenishment', sku: 'P0001' },
  }),
  rule({
    id: 'replenishment', title: '补货建议，发给采购部，抄送销售总监', owner: 'purchasing', reason: '采购下单，总监知道哪些货紧',
    when: { kind: '"replenishment"', quantity: '> 0' }, to: 'purchasing', copyTo: 'sales-director', given: { kind: 'replenishment', sku: 'P0001', quantity: 40 },
  }),
];
