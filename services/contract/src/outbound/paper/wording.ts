import { never } from '@order-mesh/kernel';
import { usualForm, type ContractForm } from '../../domain/form.ts';
import type { Terms } from '../../domain/terms.ts';

/** What a form says; the parties, the goods, the total and the places for the seals are in every one. */
export interface Wording {
  readonly title: string;
  readonly goods: string;
  readonly clauses: readonly string[];
  /** Heading of a list of the goods behind the signatures; null where they stand before them. */
  readonly annex: string | null;
}

/** The words of the form that a contract is drawn up in. */
export function wordingOf(terms: Terms): Wording {
  const form: ContractForm = terms.template ?? usualForm.template;
  switch (form) {
    case 'standard': return { title: '购销合同', goods: '一、货物、数量与价款（含税）', clauses: [...usualClauses(terms), `五、${effect(terms)}`], annex: null };
    case 'short': return { title: '购销合同（简式）', goods: '一、货物、数量与价款（含税）', clauses: shortClauses(terms), annex: null };
    case 'annex': return {
      title: '购销合同（附货物清单）', goods: `一、货物、数量与价款（含税）：共${terms.lines.length}项，详见附件《货物清单》。附件是本合同的组成部分。`,
      clauses: [...usualClauses(terms), `五、${effect(terms)}`], annex: `附件：货物清单（合同编号：${terms.contractId}）`,
    };
    case 'retention': return {
      title: '购销合同（所有权保留）', goods: '一、货物、数量与价款（含税）', clauses: [...usualClauses(terms), ...retentionClauses, `八、${effect(terms)}`], annex: null,
    };
    default: return never(form);
  }
}

const delivery = ({ shipTo }: Terms): string => `乙方将货物送至${shipTo.region}${shipTo.city}${shipTo.street}，收货人${shipTo.contact}，电话${shipTo.phone}。货物交付收货人前的风险由乙方承担。`;
const effect = ({ orderId }: Terms): string => `本合同对应订单${orderId}，经双方电子签章后生效；订单取消的，双方以解约协议解除本合同。`;

const usualClauses = (terms: Terms): readonly string[] => [
  `二、交货：${delivery(terms)}`,
  '三、验收：甲方应在收货后七日内验收；数量或质量不符的，应在此期间书面提出。',
  '四、付款：甲方按双方约定的账期支付价款，乙方开具增值税专用发票。',
];

const shortClauses = (terms: Terms): readonly string[] => [
  `二、${delivery(terms)}甲方收货后七日内可以书面提出异议。`,
  `三、甲方按双方约定的账期付款。${effect(terms)}其他事项依照《中华人民共和国民法典》执行。`,
];

// Civil Code, articles 641 to 643
const retentionClauses: readonly string[] = [
  '五、所有权保留：依照《中华人民共和国民法典》第六百四十一条，甲方付清全部价款前，货物的所有权归乙方所有。甲方应妥善保管货物，不得将其出卖、出质或者作出其他不当处分。乙方可以就所有权保留办理登记，甲方应予配合。',
  '六、取回：甲方未按照约定支付价款，经催告后在合理期限内仍未支付，或者不当处分货物的，乙方有权取回货物，并要求甲方赔偿货物价值的减损。',
  '七、回赎：货物被取回后，甲方在双方约定或者乙方指定的合理期限内消除取回事由的，可以请求回赎货物；未回赎的，乙方可以以合理价格另行出卖，所得价款扣除甲方未付价款及必要费用后仍有剩余的，返还甲方。',
];
