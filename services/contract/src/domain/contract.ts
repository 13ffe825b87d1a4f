import type { MessageOf } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import { contractTemplate, toldOf, type DecisionRecord } from '@order-mesh/rules';

/** Which contract it is: an amended order has another one, of a higher revision, once the one before is void. */
export interface Head {
  readonly orderId: string;
  readonly revision: number;
}

/** The contract of one order. What was made void stays void, asked for or not, until the order is amended. */
export type Contract = Drawn & Stage;

/** What a contract is at every stage. */
export interface Drawn extends Head {
  /** Empty in what was drawn up before it was written down, and in what nobody asked for. */
  readonly customerId: string;
  /** The decision on its form, taken once; null where it was not asked for, or before rules were. */
  readonly record: DecisionRecord | null;
}

export type Stage =
  /** Being written and put before the parties. */
  | { readonly status: 'preparing' }
  /** The parties have it before them. */
  | { readonly status: 'signing'; readonly signFlowId: string } & Watched
  | { readonly status: 'signed'; readonly signFlowId: string; readonly documentSha256: string; readonly signedAt: Instant }
  | { readonly status: 'refused'; readonly reason: string; readonly detail: string }
  /** Made void while it was being prepared: goes on when it is known whether the parties have it. */
  | { readonly status: 'recalled' }
  /** The provider is being asked to make it void; `awaited` when somebody waits for the answer. */
  | { readonly status: 'voiding'; readonly signFlowId: string; readonly attempt: number; readonly awaited: boolean }
  /** It was signed: the parties have its rescission before them. */
  | { readonly status: 'rescinding'; readonly signFlowId: string; readonly attempt: number; readonly awaited: boolean } & Watched
  | { readonly status: 'void' }
  /** It could not be made void; asking again begins a new attempt. */
  | { readonly status: 'kept'; readonly signFlowId: string; readonly attempt: number; readonly reason: string; readonly detail: string };

/** Callbacks get lost, so an open flow is looked at from time to time. */
export interface Watched {
  readonly checks: number;
  readonly nextCheckAt: Instant;
}

export type Told = MessageOf<'ContractSigned' | 'ContractRefused' | 'ContractVoided' | 'VoidRefused'>;

/** What a message leads to: how the contract stands, what is told, what is asked of the provider. */
export interface Step {
  readonly contract: Contract;
  readonly tell?: Told;
  readonly ask?: 'sign' | 'recall' | 'void';
}

type No = { readonly type: 'refused'; readonly reason: string; readonly detail: string };
type GaveUp = { readonly type: 'failed'; readonly detail: string };

/** What became of putting it before the parties. */
export type Sent =
  | { readonly type: 'answered'; readonly answer: { readonly signFlowId: string } }
  | No
  /** Given up; `maybe` is the flow that the parties may have before them all the same. */
  | GaveUp & { readonly maybe: string | null };

/** What became of making it void. */
export type Voided =
  | { readonly type: 'answered'; readonly answer: { readonly now: 'void' } | { readonly now: 'rescinding'; readonly signFlowId: string } }
  | No
  | GaveUp;

/** How a flow stands, as the provider shows it. */
export type Reading =
  | { readonly flow: 'open' }
  | { readonly flow: 'completed'; readonly rescission: 'none' | 'open' | 'done'; readonly signedAt: Instant; readonly documentSha256: string }
  | { readonly flow: 'refused' | 'revoked' | 'expired'; readonly detail: string };

/** What is asked for. */
type Asked = Omit<Drawn, 'record'>;

/** Our number of an order's contract; that of an amended order has another one. */
export const contractIdOf = ({ orderId, revision }: Head): string => `HT${revision === 0 ? '' : revision + 1}-${orderId}`;

/** Puts the contract before the parties once, in the form that is decided then; asked again it gives the same answer, or none while they have not decided. */
export function signContract(known: Contract | undefined, { orderId, revision, customerId }: Asked, decide: () => DecisionRecord): Step {
  if (!known || (known.status === 'void' && revision > known.revision)) return { contract: { orderId, revision, customerId, record: decide(), status: 'preparing' }, ask: 'sign' };
  switch (known.status) {
    case 'preparing': case 'signing': return { contract: known };
    case 'signed': return { contract: known, tell: signed(known) };
    case 'refused': return { contract: known, tell: refused(known, known) };
    case 'recalled': case 'voiding': case 'rescinding': case 'void': case 'kept':
      return { contract: known, tell: refused({ ...known, record: null }, { reason: 'withdrawn', detail: 'the contract was made void before' }) };
    default: return never(known);
  }
}

/** Makes it void at whatever stage it is, and every one up to this revision; what was never asked for is remembered as void. */
export function voidContract(known: Contract | undefined, asked: Head): Step {
  if (!known) return voided({ orderId: asked.orderId, revision: asked.revision, customerId: '', record: null });
  const head = { ...known, revision: Math.max(known.revision, asked.revision) };
  switch (known.status) {
    case 'preparing': return { contract: { ...known, status: 'recalled' }, ask: 'recall' };
    case 'signing': case 'signed': return makeVoid(known, { signFlowId: known.signFlowId, attempt: 1, awaited: true });
    case 'kept': return makeVoid(known, { signFlowId: known.signFlowId, attempt: known.attempt + 1, awaited: true });
    case 'voiding': case 'rescinding': return { contract: { ...known, awaited: true } };
    case 'recalled': return { contract: known };
    case 'refused': case 'void': return voided(head);
    default: return never(known);
  }
}

/** The parties never got it and never will. */
export function noteRecalled(known: Contract): Step {
  return known.status === 'recalled' ? voided(known) : { contract: known };
}

/** Goes on from the provider's answer, also when the contract was made void meanwhile. */
export function noteSent(known: Contract, outcome: Sent, watched: Watched): Step {
  const signFlowId = flowOf(outcome);
  if (known.status === 'recalled') return signFlowId === null ? voided(known) : makeVoid(known, { signFlowId, attempt: 1, awaited: true });
  if (known.status !== 'preparing') return { contract: known };
  if (outcome.type === 'answered') return { contract: { ...headOf(known), status: 'signing', signFlowId: outcome.answer.signFlowId, ...watched } };
  const why = outcome.type === 'refused' ? outcome : { reason: 'provider-unreachable', detail: outcome.detail };
  // An answer given up for may still have put it before the parties: it is made void
  if (signFlowId !== null) return { ...makeVoid(known, { signFlowId, attempt: 1, awaited: false }), tell: refused(known, why) };
  return refuse(known, why);
}

function flowOf(outcome: Sent): string | null {
  switch (outcome.type) {
    case 'answered': return outcome.answer.signFlowId;
    case 'failed': return outcome.maybe;
    case 'refused': return null;
    default: return never(outcome);
  }
}

/** Which looks at a flow are about which of its decisions: 0 while it is being signed, then the attempt at rescinding it. */
export const roundOf = (known: Contract): number => (known.status === 'rescinding' ? known.attempt : 0);

/** What the provider is asked to make void. */
export const voidingOf = ({ orderId, revision, customerId, signFlowId, attempt }: Extract<Contract, { readonly status: 'voiding' }>) => ({ orderId, revision, customerId, signFlowId, attempt });

/** Goes on from how the flow stands, as it was looked at in `round`. */
export function noteReading(known: Contract, reading: Reading, round: number): Step {
  if (known.status === 'signing') return decided(known, reading);
  if (known.status !== 'rescinding' || reading.flow !== 'completed' || reading.rescission === 'open') return { contract: known };
  const { signFlowId, attempt, awaited } = known;
  if (reading.rescission === 'done') return gone(known, awaited);
  // A look begun before the rescission was knows nothing of it; the next look comes
  if (round !== attempt) return { contract: known };
  return keep(known, { signFlowId, attempt, awaited }, { reason: 'rescission-refused', detail: 'the parties did not sign the rescission' });
}

/** Goes on from the provider's answer to being asked to make it void. */
export function noteVoided(known: Contract, outcome: Voided, watched: Watched): Step {
  if (known.status !== 'voiding') return { contract: known };
  const { attempt, awaited } = known;
  if (outcome.type !== 'answered') {
    return keep(known, known, outcome.type === 'refused' ? outcome : { reason: 'provider-unreachable', detail: outcome.detail });
  }
  if (outcome.answer.now === 'void') return gone(known, awaited);
  return { contract: { ...headOf(known), status: 'rescinding', signFlowId: outcome.answer.signFlowId, attempt, awaited, ...watched } };
}

function decided(known: Extract<Contract, { readonly status: 'signing' }>, reading: Reading): Step {
  const { signFlowId } = known;
  switch (reading.flow) {
    case 'open': return { contract: known };
    case 'completed': {
      const contract = { ...headOf(known), status: 'signed', signFlowId, documentSha256: reading.documentSha256, signedAt: reading.signedAt } as const;
      return { contract, tell: signed(contract) };
    }
    case 'refused': return refuse(known, { reason: 'signer-refused', detail: reading.detail });
    case 'revoked': case 'expired': return refuse(known, { reason: reading.flow, detail: reading.detail });
    default: return never(reading);
  }
}

interface Attempt {
  readonly signFlowId: string;
  readonly attempt: number;
  readonly awaited: boolean;
}

const headOf = ({ orderId, revision, customerId, record }: Drawn): Drawn => ({ orderId, revision, customerId, record });

function makeVoid(head: Drawn, { signFlowId, attempt, awaited }: Attempt): Step {
  return { contract: { ...headOf(head), status: 'voiding', signFlowId, attempt, awaited }, ask: 'void' };
}

function keep(head: Drawn, { signFlowId, attempt, awaited }: Attempt, { reason, detail }: Why): Step {
  const contract = { ...headOf(head), status: 'kept', signFlowId, attempt, reason, detail } as const;
  return awaited ? { contract, tell: { type: 'VoidRefused', value: { orderId: head.orderId, reason, detail } } } : { contract };
}

function gone(head: Drawn, awaited: boolean): Step {
  return awaited ? voided(head) : { contract: { ...headOf(head), status: 'void' } };
}

function voided(head: Drawn): Step {
  return { contract: { ...headOf(head), status: 'void' }, tell: { type: 'ContractVoided', value: { orderId: head.orderId } } };
}

function signed({ orderId, revision, record, signFlowId, documentSha256, signedAt }: Extract<Contract, { readonly status: 'signed' }>): Told {
  return { type: 'ContractSigned', value: { orderId, contractId: contractIdOf({ orderId, revision }), signFlowId, documentSha256, signedAt, decisions: toldOf(contractTemplate, record) } };
}

interface Why {
  readonly reason: string;
  readonly detail: string;
}

function refuse(head: Drawn, { reason, detail }: Why): Step {
  return { contract: { ...headOf(head), status: 'refused', reason, detail }, tell: refused(head, { reason, detail }) };
}

function refused({ orderId, record }: Pick<Drawn, 'orderId' | 'record'>, { reason, detail }: Why): Told {
  return { type: 'ContractRefused', value: { orderId, reason, detail, decisions: toldOf(contractTemplate, record) } };
}
