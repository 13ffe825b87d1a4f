/** Whoever works with the mesh has one of these roles, or several. */
export const roles = ['sales_rep', 'regional_manager', 'sales_director', 'finance', 'ops', 'auditor'] as const;
export type Role = (typeof roles)[number];

const SALES = ['sales_rep', 'regional_manager', 'sales_director'] as const satisfies readonly Role[];
const MANAGERS = ['regional_manager', 'sales_director'] as const satisfies readonly Role[];
/** Those who see the whole company, and so what cannot be divided by customer or region. */
const COMPANY = ['sales_director', 'finance', 'ops', 'auditor'] as const satisfies readonly Role[];

interface Grant {
  /** What it lets somebody do, in words that follow "may". */
  readonly says: string;
  readonly roles: readonly Role[];
  /** Whether a system of somebody else's may have it, as a scope of its token. */
  readonly systems?: true;
}

/** Who may do what: the only place where that is written. */
export const grants = {
  'orders:read': { says: 'see orders', roles: [...SALES, 'finance', 'ops', 'auditor'], systems: true },
  'orders:place': { says: 'place orders', roles: [...SALES, 'ops'], systems: true },
  'orders:cancel': { says: 'cancel orders', roles: [...SALES, 'ops'], systems: true },
  'orders:explain': { says: 'see what an order was decided on', roles: ['regional_manager', ...COMPANY] },
  'approvals:read': { says: 'see approvals', roles: [...SALES, 'finance', 'ops', 'auditor'] },
  'approvals:decide': { says: 'decide on approvals', roles: MANAGERS },
  'delegations:read': { says: 'see who decides for whom', roles: ['regional_manager', ...COMPANY] },
  'delegations:write': { says: 'let a deputy decide', roles: [...MANAGERS, 'ops'] },
  'cases:read': { says: 'see cases', roles: COMPANY },
  'cases:work': { says: 'assign and decide cases', roles: ['sales_director', 'finance', 'ops'] },
  'imports:read': { says: 'see imports', roles: ['ops', 'auditor'] },
  'imports:run': { says: 'import orders', roles: ['ops'] },
  'letters:read': { says: 'see dead letters', roles: ['ops', 'auditor'] },
  'letters:repair': { says: 'repair dead letters', roles: ['ops'] },
  'partners:read': { says: 'see how partner systems are', roles: COMPANY },
  'partners:pause': { says: 'pause and resume partner systems', roles: ['ops'] },
  'privacy:erase': { says: 'have contacts forgotten', roles: ['ops'] },
  'finance:feed': { says: 'take the feed of confirmed orders', roles: ['sales_director', 'finance', 'auditor'] },
  'reconciliation:read': { says: 'see whether the books agree', roles: ['finance', 'ops', 'auditor'] },
  'reconciliation:repair': { says: 'compare the books and repair them', roles: ['finance', 'ops'] },
  'rules:read': { says: 'see rules', roles: ['regional_manager', ...COMPANY] },
  'rules:propose': { says: 'propose rules', roles: [...MANAGERS, 'finance'] },
  'rules:simulate': { says: 'try rules on past orders', roles: ['sales_director', 'finance', 'ops'] },
  'rules:shadow': { says: 'have rules decide silently', roles: ['sales_director', 'finance', 'ops'] },
  'rules:release': { says: 'release rules', roles: ['sales_director', 'finance'] },
  'rules:rollback': { says: 'take rules back', roles: ['sales_director', 'finance', 'ops'] },
  'rules:adoption': { says: 'see who changes rules', roles: COMPANY },
  'schemas:read': { says: 'read schemas', roles, systems: true },
} as const satisfies Readonly<Record<string, Grant>>;

export type Permission = keyof typeof grants;

export const permissions = Object.keys(grants).filter(isPermission);

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(grants, name);
}

export const isRole = (name: string): name is Role => roles.some((role) => role === name);

export const rolesWith = (permission: Permission): readonly Role[] => grants[permission].roles;

/** Whether a system may be given it at all. */
export const isForSystems = (permission: Permission): boolean => 'systems' in grants[permission];
