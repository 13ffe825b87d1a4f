import { hashOf, isNumberField, numberKinds, writeRuleSet, type DecisionPoint, type Field, type RuleSet } from '@order-mesh/rules';
import type { ReleaseDetail, ReleaseItem } from '../usecases/rules-ports.ts';

/** A release as it is shown; the shipped rules have been there always. */
export interface ShownRelease extends Omit<ReleaseItem, 'at' | 'point'> {
  readonly since: string | null;
}

/** A decision point as it is shown, with what is in force there. */
export function pointItemOf({ name, title, asked, inputs, outputs, otherwise }: DecisionPoint, live: ShownRelease): Readonly<Record<string, unknown>> {
  return { point: name, title, asked, inputs: inputs.map(fieldItemOf), outputs: outputs.map(fieldItemOf), otherwise, ...live };
}

export const shownRelease = ({ version, hash, changeId, author, approvedBy, reason, at }: ReleaseItem): ShownRelease => ({ version, hash, since: at, author, approvedBy, reason, changeId });

/** The rules that hold as long as nobody has published others. */
export const shownShipped = (set: RuleSet): ShownRelease => ({ version: 0, hash: hashOf(set), since: null, author: 'order-mesh', approvedBy: null, reason: 'shipped', changeId: '' });

/** A release with its rules. */
export const shownDetail = (release: ReleaseDetail): ShownRelease & { readonly content: unknown } => ({ ...shownRelease(release), content: JSON.parse(release.content) });

/** The shipped rules, as any release gives its own. */
export const shippedDetail = (set: RuleSet): ShownRelease & { readonly content: unknown } => ({ ...shownShipped(set), content: JSON.parse(writeRuleSet(set)) });

const fieldItemOf = (field: Field): Readonly<Record<string, unknown>> => (isNumberField(field) ? { ...field, ...numberKinds[field.type] } : { ...field });
