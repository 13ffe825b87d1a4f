import fc from 'fast-check';
import type { OrderRecorded } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import { placed, messages } from '../../test/scene.ts';
import { confirmedPages, csvOf, jsonOf } from './confirmed-orders.ts';
import { textCell } from './csv.ts';
import type { Reader } from '../usecases/ports.ts';

/** A reader of RFC 4180, written apart from the writer. */
function cellsOf(csv: string): readonly string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (let match = pattern.exec(csv); match && match.index < csv.length; match = pattern.exec(csv)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

const entry: OrderRecorded = messages.OrderRecorded;
const reader = (entries: readonly OrderRecorded[]): Pick<Reader, 'confirmed'> => ({
  confirmed: (_, after, limit) => Promise.resolve(entries.slice(after ? Number(after.id) : 0, (after ? Number(after.id) : 0) + limit)),
});

async function written(lines: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const line of lines) all += line;
  return all;
}

describe('a cell', () => {
  it('is read back as it was written, unless it could be a formula', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const [[cell] = []] = cellsOf(`${textCell(text)},x\r\n`);
      expect(cell).toBe(/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);
    }));
  });

  it.each([['=1+1', "'=1+1"], ['+86', "'+86"], ['-5', "'-5"], ['@x', "'@x"], ['＝1+1', "'＝1+1"], ['a,"b"', '"a,""b"""'], ['海风', '海风']])('of %s is %s', (text, cell) => {
    expect(textCell(text)).toBe(cell);
  });
});

describe('the confirmed orders', () => {
  const nasty = { ...entry, discount: fen(250), customerName: '=HYPERLINK("http://x")', region: '华东, "南"' };

  it('are written in yuan under a header', async () => {
    const pages = await confirmedPages({ ...reader([nasty]) } as Reader, { from: 0, to: 9 });
    const [header, row] = cellsOf(await written(csvOf(pages)));
    expect(Object.fromEntries((header ?? []).map((name, index) => [name, row?.[index]]))).toEqual({
      series: '3', entryNo: '1', orderId: 'O1', customerId: 'C1', customerName: '\'=HYPERLINK("http://x")', region: '华东, "南"', amountYuan: '10.00', bookedAmountYuan: '10.00', agrees: 'true',
      saleOrderCode: 'SO1', receivableCode: 'AR1', contractId: 'K1', waybill: 'SF1', placedAt: '1970-01-01T00:00:01.000Z', confirmedAt: '1970-01-01T00:00:04.700Z', recordedAt: '1970-01-01T00:00:04.800Z', discountFen: '250',
    });
  });

  it('come page by page, each once, and add up', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => ({ ...entry, orderId: String(index + 1), amount: placed().amount }));
    const json: { orders: { orderId: string; amountFen: string }[]; totalFen: string } = JSON.parse(await written(jsonOf(await confirmedPages(reader(many) as Reader, { from: 0, to: 9 }))));
    expect(json.orders.map(({ orderId }) => orderId)).toEqual(many.map(({ orderId }) => orderId));
    expect(json.totalFen).toBe('2500000');
    expect(JSON.parse(await written(jsonOf(await confirmedPages(reader([]) as Reader, { from: 0, to: 9 }))))).toEqual({ orders: [], totalFen: '0' });
  });
});
