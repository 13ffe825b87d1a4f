import fc from 'fast-check';
import { MAX_FEN } from '@order-mesh/kernel';
import { z } from 'zod';
import type { OrderDraft } from '../domain/order-request.ts';
import { approvalsQuery, decisionBody, decisionsBody } from './approval-requests.ts';
import { assignCaseBody, casesQuery, resolveCaseBody } from './case-requests.ts';
import { textCell } from './csv.ts';
import { dropLetterBody, editLetterBody, lettersQuery, replayLetterBody } from './dead-letter-requests.ts';
import { delegateBody, delegationsQuery, endDelegationBody } from './delegation-requests.ts';
import { exampleOrder } from './examples.ts';
import { importBody, startImportBody } from './import-requests.ts';
import { cancelBody, orderBody, orderReader, ordersQuery } from './order-requests.ts';
import { pausePartnerBody, resumePartnerBody } from './partner-requests.ts';
import { Problem } from './problem.ts';
import { readBody } from './reading.ts';
import { acceptBody, repairBody, startRunBody } from './reconciliation-requests.ts';
import { decideRulesBody, endShadowBody, proposeRulesBody, rollBackRulesBody, shadowRulesBody, simulateRulesBody } from './rules-requests.ts';

/** Everything that is read from outside, over HTTP. */
const requests: Readonly<Record<string, z.ZodType>> = {
  approvalsQuery, decisionBody, decisionsBody, assignCaseBody, casesQuery, resolveCaseBody, dropLetterBody, editLetterBody, lettersQuery, replayLetterBody, delegateBody, delegationsQuery, endDelegationBody,
  importBody, startImportBody, cancelBody, orderBody, ordersQuery, pausePartnerBody, resumePartnerBody, acceptBody, repairBody, startRunBody,
  decideRulesBody, endShadowBody, proposeRulesBody, rollBackRulesBody, shadowRulesBody, simulateRulesBody,
};
/** Rules and messages are checked by those who know them, field by field. */
const CHECKED_ELSEWHERE = ['content', 'message', 'value'];

const readOrder = orderReader({ maxLines: 500 });
const PLACES = ['orderId', 'source', 'customerId', 'customerName', 'region', 'placedBy', 'lines', 'shipTo', 'lines/0', 'lines/0/sku', 'lines/0/name', 'lines/0/quantity', 'lines/0/unit', 'lines/0/unitPriceFen', 'shipTo/phone', 'shipTo/street', 'shipTo/contact', 'extra', 'lines/0/extra', 'shipTo/extra', 'lines/1'];

/** The example with something else at one place. */
function changed(place: string, value: unknown): unknown {
  const order: unknown = structuredClone(exampleOrder);
  const steps = place.split('/');
  const last = steps.pop() ?? '';
  const target = steps.reduce<unknown>((at, step) => Reflect.get(Object(at), step), order);
  Reflect.set(Object(target), last, value);
  return order;
}

const odd = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue() },
  fc.constantFrom<unknown>(-1, 0, 1, 0.5, 2 ** 31, 2 ** 53, -0, 1e308, '1e3', '9007199254740992', '9007199254740991', '-1', '25.50', '', ' ', '\0', '\u202e', '\ud800', 'x'.repeat(301), '=1+1', "';drop table orders;--", '<script>', '../../etc/passwd', true, null, [], {}, [[]]),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"admin":true}}'), { constructor: { prototype: {} } }, { toString: 'x' }, { sku: 'P1', quantity: 1, unitPriceFen: 1, __defineGetter__: 1 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.integer(), fc.double(),
);

function outcome(body: unknown): OrderDraft | readonly string[] {
  try {
    return readOrder(body);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect([error.code, error.errors.length > 0]).toEqual(['invalid-order', true]);
    return error.errors.map(({ detail }) => detail);
  }
}

const isOrder = (said: OrderDraft | readonly string[]): said is OrderDraft => 'orderId' in said;

describe('S14: what comes in', () => {
  it('is an order within its bounds or is refused with reasons, whatever is put in any place of it, 10,000 times', () => {
    let [taken, refused] = [0, 0];
    fc.assert(fc.property(fc.constantFrom(...PLACES), odd, (place, value) => {
      const said = outcome(changed(place, value));
      if (!isOrder(said)) {
        refused += 1;
        return;
      }
      taken += 1;
      if (place.endsWith('extra')) throw new Error(`${place} was taken`);
      if (Object.keys(said).sort().join() !== 'amount,customerId,customerName,externalId,lines,orderId,placedBy,region,shipTo,source') throw new Error(Object.keys(said).join());
      let total = 0n;
      for (const { quantity, unitPrice, amount } of said.lines) {
        if (!Number.isInteger(quantity) || quantity < 1 || quantity > 2 ** 31 - 1 || unitPrice < 0n || amount !== unitPrice * BigInt(quantity)) throw new Error('a line out of its bounds');
        total += amount;
      }
      if (said.amount !== total || total < 1n || total > MAX_FEN) throw new Error('an amount out of its bounds');
      if (/[\p{Cc}\p{Cs}]/u.test([said.customerName, said.region, said.placedBy, ...Object.values(said.shipTo)].join(''))) throw new Error('text with control characters');
    }), { numRuns: 10_000 });
    expect([taken > 100, refused > 5_000]).toEqual([true, true]);
  });

  it.each(Object.keys(requests))('as %s has the fields that are known and no others, at every level', (name) => {
    const schema: unknown = z.toJSONSchema(requests[name] ?? z.never(), { io: 'input', unrepresentable: 'any' });
    const open = openObjectsIn(schema, name).filter((place) => !CHECKED_ELSEWHERE.includes(place.split('.').at(-1) ?? ''));
    expect(open).toEqual([]);
  });

  it('as any of them is read or refused as a problem, never an accident', () => {
    fc.assert(fc.property(fc.constantFrom(...Object.values(requests)), fc.oneof(odd, fc.dictionary(fc.constantFrom('decidedBy', 'reason', 'limit', 'cursor', 'content', 'author', 'version', 'since', 'until', 'decisions', 'status', 'x'), odd)), (schema, value) => {
      try {
        readBody(schema, value, 'invalid-request');
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'invalid-request') throw error;
      }
    }), { numRuns: 2_000 });
  });

  it('leaves again in a cell that no spreadsheet takes for a formula', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'), (text, first) => {
      if (/^"?[=+\-@\t\r\n＝＋－＠]/.test(textCell(`${first}${text}`).replace(/^""/, '"'))) throw new Error(JSON.stringify(first + text));
    }), { numRuns: 10_000 });
  });
});

/** Places of a JSON schema where an object may have any field. */
function openObjectsIn(schema: unknown, place: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const fields = new Map<string, unknown>(Object.entries(schema));
  const own = fields.get('type') === 'object' && fields.get('additionalProperties') !== false ? [place] : [];
  const properties = Object.entries(Object(fields.get('properties') ?? {})).flatMap(([name, one]) => openObjectsIn(one, `${place}.${name}`));
  const others = ['items', 'anyOf', 'oneOf', 'allOf'].flatMap((name) => [fields.get(name)].flat()).flatMap((one) => openObjectsIn(one, place));
  return [...own, ...properties, ...others];
}
