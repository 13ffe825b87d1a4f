/** Somebody of the demo's company, as its identity provider knows them. */
export interface DemoPerson {
  readonly name: string;
  /** What the account is called, as it is in WeCom where there is one. */
  readonly account: string;
  readonly title: string;
  readonly roles: readonly string[];
  /** Customers of a representative, by their code in the ERP. */
  readonly customers: readonly string[];
  /** Sales regions of a manager. */
  readonly regions: readonly string[];
}

const EAST: readonly string[] = ['上海', '江苏', '浙江', '安徽', '福建', '江西', '山东'];
const REST: readonly string[] = ['北京', '河北', '陕西', '湖北', '湖南', '广东', '海外'];

const person = (name: string, account: string, [title, role]: readonly [string, string], reach: Partial<Pick<DemoPerson, 'customers' | 'regions'>> = {}): DemoPerson =>
  ({ name, account, title, roles: [role], customers: [], regions: [], ...reach });

/** All six roles and two regions; names and accounts are those of WeCom's simulator, too. */
export const people: readonly DemoPerson[] = [
  person('韩梅梅', 'HanMeimei', ['运营', 'ops']),
  person('王芳', 'WangFang', ['销售总监', 'sales_director']),
  person('李娜', 'LiNa', ['大区经理（华东）', 'regional_manager'], { regions: EAST }),
  person('张伟', 'ZhangWei', ['大区经理（其他大区）', 'regional_manager'], { regions: REST }),
  person('陈静', 'ChenJing', ['销售代表（华东）', 'sales_rep'], { customers: ['C14606', 'C17850', 'C14680', 'C13089'] }),
  person('刘洋', 'LiuYang', ['销售代表（其他大区）', 'sales_rep'], { customers: ['C15311', 'C13199', 'C16607', 'C17677'] }),
  person('赵敏', 'ZhaoMin', ['财务经理', 'finance']),
  person('孙立', 'SunLi', ['内部审计', 'auditor']),
];

/** Who acts where nobody says otherwise. */
export const OPERATOR = '韩梅梅';

/** A program that signs in by itself. */
export interface DemoSystem {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** What its tokens say beside. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
}

export const systems: readonly DemoSystem[] = [
  { clientId: 'webshop', clientSecret: 'demo-webshop-secret', scope: 'orders:read orders:place orders:cancel schemas:read', claims: { sources: ['webshop'] } },
  { clientId: 'robot', clientSecret: 'demo-robot-secret', scope: '', claims: { roles: ['ops'] } },
];

/** The client that `mesh` is: anybody has its program, so it has no secret. */
export const CLI_CLIENT = 'mesh';

/** What tokens are for, unless somebody says otherwise. */
export const AUDIENCE = 'order-mesh';
