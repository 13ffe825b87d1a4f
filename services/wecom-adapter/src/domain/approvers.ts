/** Userids by `role/region`, or by `role` for every other region. */
export type Approvers = ReadonlyMap<string, readonly string[]>;

/** Who may decide what is asked of this role in this region; empty when nobody is named. */
export const approversFor = (approvers: Approvers, { role, region }: { readonly role: string; readonly region: string }): readonly string[] =>
  approvers.get(`${role}/${region}`) ?? approvers.get(role) ?? [];
