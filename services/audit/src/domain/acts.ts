import { contracts, type MessageName, type MessageOf } from '@order-mesh/contracts';
import type { Act } from './act.ts';

type Values = { readonly [Name in MessageName]: MessageOf<Name>['value'] };

/** Does what nobody in particular did. */
const THE_MESH = 'order-mesh';

/**
 * The messages that tell of an act, and what they tell: the one place to add a type of message to. Null where a message of the type tells of no act.
 * The topics to hear follow from it.
 */
const ACTS: { readonly [Name in MessageName]?: (value: Values[Name]) => Act | null } = {
  ApprovalGranted: ({ orderId, approvalId, decidedBy, onBehalfOf, comment, revision }) =>
    ({ actor: decidedBy, act: 'granted an approval', subject: `approval ${approvalId}`, orderId, details: { comment, onBehalfOf, revision } }),
  ApprovalDenied: ({ orderId, approvalId, decidedBy, reason, detail, revision }) =>
    (reason === 'denied' ? { actor: decidedBy ?? THE_MESH, act: 'denied an approval', subject: `approval ${approvalId}`, orderId, details: { detail, revision } } : null),
  DecisionIgnored: ({ orderId, decidedBy, reason, detail }) =>
    ({ actor: decidedBy, act: 'decided on an approval to no effect', subject: `order ${orderId}`, orderId, details: { reason, detail } }),

  CaseAssigned: ({ orderId, assignee, assignedBy }) => ({ actor: assignedBy, act: 'assigned a case', subject: `case of order ${orderId}`, orderId, details: { assignee } }),
  CaseDecided: ({ orderId, opening, decision, decidedBy, note }) => ({ actor: decidedBy, act: 'decided a case', subject: `case of order ${orderId}`, orderId, details: { opening, decision, note } }),
  CaseClosed: ({ orderId, opening, outcome }) => ({ actor: THE_MESH, act: 'closed a case', subject: `case of order ${orderId}`, orderId, details: { opening, outcome } }),

  // told again by every look at the books, as long as it stands so
  DifferenceChanged: ({ differenceId, orderId, status, detail, repairSays, decidedBy, decidedAt, note, class: kind }) => {
    const act = DECISIONS.get(status);
    if (act === undefined || decidedBy === null) return null;
    const actor = status === 'repaired' ? THE_MESH : decidedBy;
    return {
      actor, act, subject: `difference ${differenceId}`, orderId, fact: `difference/${differenceId}/${status}/${decidedAt ?? 0}`,
      details: { class: kind, detail, repair: repairSays, note, decidedBy },
    };
  },

  PartnerPaused: ({ system, pausedBy, note }) => ({ actor: pausedBy, act: 'paused a partner system', subject: `partner ${system}`, orderId: null, details: { note } }),
  PartnerResumed: ({ system, resumedBy }) => ({ actor: resumedBy, act: 'resumed a partner system', subject: `partner ${system}`, orderId: null, details: {} }),

  DelegationChanged: ({ delegationId, revision, state, absent, deputy, since, until, reason, detail, requestedBy }) => ({
    actor: requestedBy, act: `had a delegation ${state === 'refused' ? 'refused' : state === 'ended' ? 'ended' : 'made'}`, subject: `delegation ${delegationId}`, orderId: null,
    fact: `delegation/${delegationId}/${revision}/${state}`, details: { absent, deputy, since, until, reason, detail },
  }),

  RulesProposed: ({ point, changeId, basedOn, hash, author, reason }) =>
    ({ actor: author, act: 'proposed rules', subject: `rules of ${point}`, orderId: null, fact: `rules/${point}/${changeId}/proposed`, details: { changeId, basedOn, hash, reason } }),
  RulesDecided: ({ point, changeId, decision, decidedBy, comment }) =>
    ({ actor: decidedBy, act: `${decision} rules`, subject: `rules of ${point}`, orderId: null, fact: `rules/${point}/${changeId}/${decision}`, details: { changeId, comment } }),
  RulesPublished: ({ point, version, hash, changeId, author, approvedBy, reason }) => {
    const act = approvedBy === null ? 'rolled rules back' : 'had rules put in force';
    return { actor: author, act, subject: `rules of ${point}`, orderId: null, fact: `rules/${point}/version ${version}`, details: { version, hash, changeId, approvedBy: approvedBy ?? '', reason } };
  },

  RulesShadowed: ({ point, shadowId, changeId, hash, author, until, endedBecause }) => ({
    actor: author, act: endedBecause === '' ? 'had rules decide silently' : 'ended rules that decided silently', subject: `rules of ${point}`, orderId: null,
    fact: `rules/${point}/shadow/${shadowId}/${endedBecause || 'begun'}`, details: { changeId, hash, ...(endedBecause === '' ? { until } : { because: endedBecause }) },
  }),

  ContactsErased: ({ erasureId, orderId, customerId, keys, reason, requestedBy }) => ({
    actor: requestedBy, act: 'had contacts erased', subject: orderId === null ? `contacts of customer ${customerId}` : `contact of order ${orderId}`, orderId,
    fact: `erasure/${erasureId}`, details: { customerId, contacts: keys.length, keys: keys.join(' '), reason },
  }),

  LetterDecided: ({ letterId, decision, decidedBy, note, service, original, reason, orderId }) =>
    ({ actor: decidedBy, act: `${decision} a dead letter`, subject: `dead letter ${letterId}`, orderId, details: { note, service, original, reason } }),
};

const DECISIONS: ReadonlyMap<string, string> = new Map([
  ['repairing', 'had a difference repaired'], ['repaired', 'saw a difference repaired'], ['accepted', 'accepted a difference'],
]);

/** The topics on which acts are told. */
export const actTopics: readonly string[] = [...new Set(Object.values(contracts).filter(({ name }) => name in ACTS).map(({ topic }) => topic))];

/** What the message says that somebody did; null for the many that say nothing of the kind. */
export function actIn<Name extends MessageName>(type: Name, value: Values[Name]): Act | null {
  return ACTS[type]?.(value) ?? null;
}
