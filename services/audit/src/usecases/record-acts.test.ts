import { mac, auditDesk, confirmed, granted, inMemory, NOON, type Place } from '../../test/scene.ts';
import { GENESIS, printOf, type SealedEntry } from '../domain/chain.ts';
import { checkChain } from '../domain/check.ts';

const good = ({ rows, head }: ReturnType<typeof inMemory>['chain']): number => {
  const check = checkChain({ mac, head: head(), anchors: [] });
  for (const row of rows) check.take(row);
  const { fault, good: rowsFound } = check.end();
  return fault ? -1 : rowsFound;
};

describe('recording what people do', () => {
  it('numbers acts 1, 2, 3 over all batches and chains each to the one before', async () => {
    const place = inMemory();
    const { hears } = auditDesk(place);
    await hears(granted('O1'), confirmed('O9'), granted('O2'));
    await hears(granted('O3'));
    expect(place.chain.rows.map(({ position, orderId }) => [position, orderId])).toEqual([[1, 'O1'], [2, 'O2'], [3, 'O3']]);
    expect(place.chain.rows[0]?.previous).toBe(GENESIS);
    expect(place.chain.head()).toMatchObject({ position: 3, mac: place.chain.rows[2]?.mac, keyPrint: printOf(mac) });
    expect(good(place.chain)).toBe(3);
  });

  it('makes one row of an act that is heard twice, in one batch or in two', async () => {
    const place = inMemory();
    const { hears } = auditDesk(place);
    await hears(granted('O1', '李娜', 'm-twice'), granted('O1', '李娜', 'm-twice'));
    await hears(granted('O1', '李娜', 'm-twice'));
    expect(place.chain.rows).toHaveLength(1);
  });

  it('does not so much as look at the chain for what is no act', async () => {
    const place = inMemory();
    const failing = { ...place, chain: { ...place.chain, load: () => Promise.reject(new Error('looked')) } };
    await auditDesk(failing).hears(confirmed('O1'), confirmed('O2'));
    await expect(auditDesk(failing).hears(granted('O1'))).rejects.toThrow('looked');
  });
});

describe('anchoring', () => {
  it('tells the end of the chain once, until it has grown; under a name a day, so that the last of each day is kept', async () => {
    const place = inMemory();
    const { hears, anchors } = auditDesk(place);
    expect(await anchors()).toEqual([]);
    await hears(granted('O1'), granted('O2'));
    expect(await anchors()).toEqual([{ type: 'AuditAnchored', value: { anchorId: 'audit/2026-11-28', chain: 'audit', position: 2, mac: place.chain.rows[1]?.mac, at: NOON } }]);
    expect(await anchors()).toEqual([]);
    expect(await anchors(true)).toHaveLength(1);
    await hears(granted('O3'));
    expect(await anchors()).toMatchObject([{ value: { position: 3 } }]);
  });

  it('bears no witness for an end that the mesh has not written, or that lies before one it has told: it cries instead', async () => {
    const place = inMemory();
    const { hears, anchors, errors } = auditDesk(place);
    await hears(granted('O1'), granted('O2'));
    const [first, second] = place.chain.rows;
    if (!first || !second) throw new Error('two rows');
    const tampered = (last: SealedEntry, position = last.position): Place => ({ ...place, chain: { ...place.chain, last: async () => last, load: async () => ({ head: { ...place.chain.head(), position, mac: last.mac }, known: new Set() }) } });
    const crying = async (other: Place): Promise<boolean> => {
      const desk = auditDesk(other);
      return (await desk.anchors()).length === 0 && desk.errors.length === 1 && desk.asked.alarms === 1;
    };
    expect(await crying(tampered({ ...second, actor: '张伟' }))).toBe(true);
    expect(await crying(tampered({ ...second, position: 3 }))).toBe(true);
    expect(await crying(tampered(first, 2))).toBe(true);
    expect(await crying(tampered(second))).toBe(false);

    expect(await anchors(true)).toHaveLength(1);
    place.chain.cutTo(1);
    expect([await anchors(), errors]).toEqual([[], ['the audit log was tampered with: run mesh audit verify']]);
  });

  it('is asked for at once when as many rows wait as may', async () => {
    const { asked, hears, anchors } = auditDesk(inMemory(), { anchorEveryEntries: 3 });
    await hears(granted('O1'), granted('O2'));
    expect(asked.anchors).toBe(0);
    await hears(granted('O3'));
    expect(asked.anchors).toBe(1);
    await anchors();
    await hears(granted('O4'));
    expect(asked.anchors).toBe(1);
  });
});
