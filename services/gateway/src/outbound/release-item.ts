import type { RulesPublished } from '@order-mesh/contracts';
import { printable } from '../domain/mask.ts';
import { utc } from '../domain/order-item.ts';
import { sane } from '../domain/stamp.ts';
import type { ReleaseItem } from '../usecases/rules-ports.ts';

/** A release as it is listed. */
export const releaseItemOf = ({ point, version, hash, changeId, author, approvedBy, reason, at }: RulesPublished): ReleaseItem =>
  ({ point, version, hash, changeId, author: printable(author), approvedBy: approvedBy === null ? null : printable(approvedBy), reason: printable(reason), at: utc(sane(at)) });
