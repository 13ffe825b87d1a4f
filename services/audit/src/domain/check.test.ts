import fc from 'fast-check';
import { mac, NOON, written } from '../../test/scene.ts';
import { GENESIS, sealAll, type Head, type SealedEntry } from './chain.ts';
import { checkChain, type Anchor, type Checked } from './check.ts';

const anchorAt = (rows: readonly SealedEntry[], position: number): Anchor => ({ position, mac: rows[position - 1]?.mac ?? '', at: NOON });
const check = (rows: readonly SealedEntry[], head: Head, anchors: readonly Anchor[] = []): Checked => {
  const under = checkChain({ mac, head, anchors });
  for (const row of rows) under.take(row);
  return under.end();
};
/** What whoever holds the database alone can bring about: everything but a mac. */
const headOf = (rows: readonly SealedEntry[], anchoredPosition = 0): Head => ({ position: rows.at(-1)?.position ?? 0, mac: rows.at(-1)?.mac ?? GENESIS, anchoredPosition, keyPrint: null });
const renumbered = (rows: readonly SealedEntry[]): readonly SealedEntry[] => rows.map((row, index) => ({ ...row, position: index + 1 }));

describe('a log as it was written', () => {
  it('is good to its end, with and without anchors, and when it is empty', () => {
    const { rows, head } = written(5);
    expect(check(rows, head)).toEqual({ good: 5, fault: null, anchor: null });
    expect(check(rows, { ...head, anchoredPosition: 5 }, [anchorAt(rows, 2), anchorAt(rows, 5)])).toEqual({ good: 5, fault: null, anchor: anchorAt(rows, 5) });
    expect(check([], written(0).head)).toEqual({ good: 0, fault: null, anchor: null });
  });
});

describe('a log that was tampered with', () => {
  const { rows, head } = written(6);
  const at = (position: number): SealedEntry => rows[position - 1] ?? nobody(position);
  const nobody = (position: number): never => { throw new Error(`no row ${position}`); };
  const without = (position: number) => rows.filter((row) => row.position !== position);
  const faultOf = (changed: readonly SealedEntry[], said: Head = head, anchors: readonly Anchor[] = []) => check(changed, said, anchors).fault;

  it('names the row whose words were changed, and how many before it are good', () => {
    const changed = rows.map((row) => (row.position === 3 ? { ...row, actor: '张伟' } : row));
    expect(check(changed, head)).toMatchObject({ good: 2, fault: { kind: 'changed', position: 3, detail: 'row 3 is not what was recorded there' } });
    expect(faultOf(rows.map((row) => (row.position === 6 ? { ...row, at: row.at + 0.001 } : row)))).toMatchObject({ kind: 'changed', position: 6 });
  });

  it('names the first row that was taken out, also when the others were numbered anew', () => {
    expect(faultOf(without(3))).toMatchObject({ kind: 'missing', position: 3, detail: 'row 3 was taken out' });
    expect(faultOf(rows.filter(({ position }) => position === 1 || position > 4))).toMatchObject({ kind: 'missing', position: 2, detail: 'rows 2 to 4 were taken out' });
    expect(faultOf(renumbered(without(3)))).toMatchObject({ position: 3 });
  });

  it('names the row that was put in: between two, beside one, before the first, behind the last', () => {
    const forged = (position: number): SealedEntry => ({ ...at(1), position, previous: rows[position - 2]?.mac ?? GENESIS, mac: 'f'.repeat(64) });
    const between = renumbered([...rows.slice(0, 3), forged(4), ...rows.slice(3)]);
    expect(faultOf(between, headOf(between))).toMatchObject({ kind: 'inserted', position: 4 });
    expect(faultOf([...rows.slice(0, 4), forged(4), ...rows.slice(4)])).toMatchObject({ kind: 'inserted', position: 4 });
    expect(faultOf([...rows.slice(0, 3), forged(4), ...rows.slice(3)])).toMatchObject({ kind: 'inserted', position: 4 });
    expect(faultOf([{ ...forged(1), position: 0 }, ...rows])).toMatchObject({ kind: 'inserted', position: 0 });
    expect(faultOf([...rows, forged(7)])).toMatchObject({ kind: 'inserted', position: 7 });
    expect(faultOf([...rows, forged(6)])).toMatchObject({ kind: 'inserted', position: 6, detail: 'there is more than one row 6' });
  });

  it('names the first row that was cut off: the table knows its end, and when that was changed too, the anchor does', () => {
    expect(faultOf(rows.slice(0, 4))).toMatchObject({ kind: 'shortened', position: 5, detail: '6 rows were recorded, and the log ends with row 4' });
    expect(faultOf(rows.slice(0, 4), headOf(rows.slice(0, 4)))).toBeNull();
    expect(faultOf(rows.slice(0, 4), headOf(rows.slice(0, 4)), [anchorAt(rows, 6)])).toMatchObject({
      kind: 'shortened', position: 5, detail: 'the anchor of 2026-11-28T04:00:00.000Z knows of 6 rows, and the log ends with row 4' });
    expect(faultOf([], headOf([]), [anchorAt(rows, 6)])).toMatchObject({ kind: 'shortened', position: 1 });
  });

  it('is found out when it was cut off and has grown again: the new rows fit, the old anchor does not', () => {
    const kept = rows.slice(0, 3);
    const grown = [...kept, ...sealAll(rows.slice(3).map((row) => ({ ...row, actor: '张伟' })), at(3).mac, mac)];
    expect(faultOf(grown, headOf(grown), [anchorAt(rows, 2), anchorAt(rows, 5), anchorAt(grown, 6)])).toMatchObject({ kind: 'anchor', position: 5 });
  });

  it('does not pass when the anchors were thrown away, or the end was written by hand', () => {
    expect(faultOf(rows, { ...head, anchoredPosition: 5 })).toMatchObject({ kind: 'anchor', position: 5 });
    expect(faultOf(rows, { ...head, anchoredPosition: 5 }, [anchorAt(rows, 4)])).toMatchObject({ kind: 'anchor', position: 5 });
    expect(faultOf(rows, { ...head, mac: at(5).mac })).toMatchObject({ kind: 'changed', position: 6 });
  });
});

describe('the law of the chain', () => {
  const FIELDS = ['actor', 'act', 'subject', 'fact', 'messageType', 'messageId', 'details', 'previous', 'mac'] as const;
  const damage = fc.record({ length: fc.integer({ min: 1, max: 30 }), seed: fc.nat(), field: fc.constantFrom(...FIELDS, 'at' as const, 'orderId' as const), letter: fc.nat(200) });

  it('whatever single row is changed, taken out, put in, or from where the end is cut off: with the anchor the first bad row is named', () => {
    fc.assert(fc.property(damage, fc.constantFrom('flip', 'delete', 'insert', 'truncate'), ({ length, seed, field, letter }, way) => {
      const { rows } = written(length);
      const position = 1 + seed % length;
      const [before, rest] = [rows.slice(0, position - 1), rows.slice(position - 1)];
      const [row] = rest;
      if (!row) throw new Error('no row');
      const damaged = {
        flip: () => [...before, flipped(row, field, letter), ...rest.slice(1)],
        delete: () => [...before, ...(seed % 2 === 0 ? rest.slice(1) : renumbered([...before, ...rest.slice(1)]).slice(before.length))],
        insert: () => renumbered([...before, { ...flipped(row, field, letter), fact: 'forged', mac: 'e'.repeat(64) }, ...rest]),
        truncate: () => before,
      }[way]();
      const { fault, good } = check(damaged, headOf(damaged), [anchorAt(rows, length)]);
      expect({ position: fault?.position, good }).toEqual({ position, good: position - 1 });
    }), { numRuns: 500 });
  });

  function flipped(row: SealedEntry, field: (typeof FIELDS)[number] | 'at' | 'orderId', letter: number): SealedEntry {
    if (field === 'at') return { ...row, at: row.at + 1 + letter };
    const text = row[field] ?? '';
    const spot = letter % Math.max(1, text.length);
    return { ...row, [field]: `${text.slice(0, spot)}${text[spot] === '7' ? '8' : '7'}${text.slice(spot + 1)}` };
  }
});
