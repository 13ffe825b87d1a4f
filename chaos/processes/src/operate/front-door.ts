import { openCaseDesk, openGateway, openLetterDesk, openPartnerDesk, openReconciliation, openRulesDesk, type CaseDesk, type Gateway, type LetterDesk, type PartnerDesk, type ReconciliationDesk, type RulesDesk } from '@order-mesh/cli/parts';
import type { People } from '../load/people.ts';

/** Everything that a run asks of the gateway, but for placing orders, which the load does. */
export interface FrontDoor {
  readonly gateway: Gateway;
  readonly cases: CaseDesk;
  readonly letters: LetterDesk;
  readonly partners: PartnerDesk;
  readonly reconciliation: ReconciliationDesk;
  readonly rules: RulesDesk;
}

/** The only way from here to the gateway. */
export const openFrontDoor = (url: string, { director, operator }: People): FrontDoor => ({
  gateway: openGateway(url, director), cases: openCaseDesk(url, operator), letters: openLetterDesk(url, operator), partners: openPartnerDesk(url, operator),
  reconciliation: openReconciliation(url, operator), rules: openRulesDesk(url, director),
});
