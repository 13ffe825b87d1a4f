import type { AnyMessage, MessageName, MessageOf } from '@order-mesh/contracts';
import { fen, type Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { GENESIS, sealAll, type Head, type Mac, type SealedEntry } from '../src/domain/chain.ts';
import { hmacUnder } from '../src/outbound/hmac.ts';
import { memoryChain } from '../src/outbound/memory-chain.ts';
import { anchorChain } from '../src/usecases/anchor-chain.ts';
import type { ChainBook } from '../src/usecases/ports.ts';
import { recordActs } from '../src/usecases/record-acts.ts';

export const NOON: Instant = Date.UTC(2026, 10, 28, 4);
export const KEY = '5f1d7a90c3e24b68a1f0d2c4b6e89073';
export const mac: Mac = hmacUnder(KEY);

let count = 0;
/** The message as a service hears it, each under a number of its own. */
export function told<Name extends MessageName>(type: Name, value: MessageOf<Name>['value'], id = `m${count += 1}`): Received {
  const message: AnyMessage = { type, value } as MessageOf<Name>;
  return { ...message, id, key: 'k', at: NOON, trace: {} };
}

export const granted = (orderId: string, decidedBy = '李娜', id?: string): Received =>
  told('ApprovalGranted', { orderId, approvalId: `${orderId}:credit`, decidedBy, onBehalfOf: '', comment: 'pays on Friday', revision: 0, subject: 'credit' }, id);
export const confirmed = (orderId: string): Received => told('OrderConfirmed', {
  orderId, source: 'salesforce', externalId: '801xx', customerId: 'C1', customerName: '华东文具有限公司', region: 'East', amount: fen(5n), bookedAmount: fen(5n), contractId: 'K1', waybill: 'SF1',
  saleOrderCode: 'SO1', receivableCode: 'AR1', placedAt: NOON, confirmedAt: NOON, discount: fen(0),
});

/** Where the chain is kept, and what a transaction is there. */
export interface Place {
  readonly chain: ChainBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

export const inMemory = (): Place & { readonly chain: ReturnType<typeof memoryChain> } => ({ chain: memoryChain(), transaction: (work) => work({ kind: 'memory' }) });

/** The service over its chain: each call is a batch in a transaction of its own. */
export function auditDesk({ chain, transaction }: Place, { anchorEveryEntries = 100, now = NOON } = {}) {
  const silent = (): void => {};
  const errors: string[] = [];
  const log = { debug: silent, info: silent, warn: silent, error: (event: string) => { errors.push(event); } };
  const asked = { anchors: 0, alarms: 0 };
  const record = recordActs({ chain, mac, log, anchorEveryEntries, anchor: () => { asked.anchors += 1; } });
  const anchor = anchorChain({ chain, mac, log, cry: () => { asked.alarms += 1; } });
  const inBatch = async (work: (unit: Unit) => Promise<void>): Promise<readonly Outgoing[]> => {
    const sent: Outgoing[] = [];
    const after: (() => void)[] = [];
    await transaction((tx) => work({ tx, now, send: (message) => { sent.push(message); }, afterCommit: (action) => { after.push(action); } }));
    for (const action of after) action();
    return sent;
  };
  return {
    asked,
    errors,
    hears: (...batch: readonly Received[]) => inBatch((unit) => record(batch, unit)),
    anchors: (again?: boolean) => inBatch((unit) => anchor(unit, again)),
  };
}

/** A chain of this length as it was written, and what it says of its end. */
export function written(length: number): { readonly rows: readonly SealedEntry[]; readonly head: Head } {
  const rows = sealAll(Array.from({ length }, (_, index) => ({
    position: index + 1, at: NOON + index, actor: index % 2 === 0 ? '李娜' : '王芳', act: 'granted an approval', subject: `approval O${index}:credit`, orderId: index % 3 === 0 ? null : `O${index}`,
    fact: `m${index}`, messageType: 'ApprovalGranted', messageId: `m${index}`, details: '{"comment":"good"}',
  })), GENESIS, mac);
  return { rows, head: { position: length, mac: rows.at(-1)?.mac ?? GENESIS, anchoredPosition: 0, keyPrint: null } };
}
