import { inflateSync } from 'node:zlib';
import { fen } from '@order-mesh/kernel';
import { contractForms, usualForm } from '../src/domain/form.ts';
import { termsOf, type Terms } from '../src/domain/terms.ts';
import { contractPrinter } from '../src/outbound/paper/print-contract.ts';
import { printingThread } from '../src/outbound/paper/printing-thread.ts';
import { wordingOf } from '../src/outbound/paper/wording.ts';
import { sign } from './scene.ts';

const print = contractPrinter({ seller: '示范制造有限公司', fontFile: '' });
const { value: order } = sign('SO-1');

function terms(lineCount: number, change: Partial<Terms> = {}): Terms {
  const [line] = order.lines;
  const lines = Array.from({ length: lineCount }, (_, at) => ({ lineNo: at + 1, sku: `P${at}`, name: '签字笔', quantity: 12, unit: '支', unitPrice: fen(250), amount: fen(3_000), ...line }));
  return { ...termsOf({ ...order, lines, amount: fen(3_000 * lineCount) }, usualForm), ...change };
}

async function printed(given: Terms) {
  const paper = await print(given);
  if (paper.type !== 'printed') throw new Error(paper.detail);
  return paper;
}

/** How many signs the drawing instructions of all pages put on paper. */
function signsOn(pdf: Uint8Array): number {
  const text = Buffer.from(pdf).toString('latin1');
  const streams = [...text.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].flatMap(([, packed = '']) => {
    try {
      return [inflateSync(Buffer.from(packed, 'latin1')).toString('latin1')];
    } catch {
      return [];
    }
  });
  // a font's table of signs is no drawing
  const drawings = streams.filter((stream) => !stream.includes('begincmap'));
  return drawings.flatMap((stream) => [...stream.matchAll(/<([0-9a-f]{4,})>/g)]).reduce((sum, [, hex = '']) => sum + hex.length / 4, 0);
}

describe('the contract on paper', () => {
  it('is a PDF of one page for a small order, with a place for both seals on it', async () => {
    const paper = await printed(terms(3));
    expect(Buffer.from(paper.bytes).toString('latin1', 0, 5)).toBe('%PDF-');
    expect(paper).toMatchObject({ pages: 1, buyerSeal: { page: 1 }, sellerSeal: { page: 1 } });
    expect(paper.buyerSeal.x).toBeLessThan(paper.sellerSeal.x);
  });

  it('has the same bytes for the same order, whenever it is printed, and others for another', async () => {
    const [one, again, other] = [await printed(terms(3)), await contractPrinter({ seller: '示范制造有限公司', fontFile: '' })(terms(3)), await printed(terms(3, { amountFen: '9001' }))];
    expect(again.type === 'printed' && Buffer.compare(again.bytes, one.bytes)).toBe(0);
    expect(Buffer.compare(other.bytes, one.bytes)).not.toBe(0);
  });

  it('is the same when a thread of its own prints it, and the thread survives what can\'t be printed', async () => {
    const thread = printingThread({ seller: '示范制造有限公司', fontFile: '' });
    const [bad, good] = await Promise.allSettled([thread.print(terms(1, { amountFen: 'a lot' })), thread.print(terms(3))]);
    expect(bad.status).toBe('rejected');
    expect(good.status === 'fulfilled' && good.value.type === 'printed' && Buffer.compare(good.value.bytes, (await printed(terms(3))).bytes)).toBe(0);
    await thread.close();
  });

  it('says what is taken off and why, what it costs by the list, and what is to be paid', async () => {
    const off = [{ lineNo: 1, title: '满百减十', amountFen: '1000' }, { lineNo: 3, title: '老客户九五折', amountFen: '150' }];
    const [listed, cheaper] = [await printed(terms(3)), await printed(terms(3, { discounts: off, amountFen: '7850' }))];
    expect(cheaper).toMatchObject({ pages: 1, buyerSeal: { page: 1 } });
    // two headings, two rows of three cells, and three lines of text more than without
    const more = ['标价合计：￥90.00', '按以下规则减免：', '序号优惠减免（元）', '1满百减十-10.00', '3老客户九五折-1.50', '减免合计：-￥11.50', '应付'].join('').length;
    const words = '人民币柒拾捌元伍角整'.length - '人民币玖拾元整'.length;
    expect(signsOn(cheaper.bytes) - signsOn(listed.bytes)).toBe(more + words);
  });

  it('is not printed when what is to be paid does not follow from what is on it', async () => {
    const discounts = [{ lineNo: 1, title: '满百减十', amountFen: '1000' }];
    expect(await print(terms(3, { discounts }))).toEqual({ type: 'unprintable', detail: 'the lines less what is taken off come to 80.00 yuan, to be paid are 90.00' });
  });

  it('goes on over as many pages as 300 discounts need', async () => {
    const discounts = Array.from({ length: 300 }, (_, at) => ({ lineNo: 1, title: `第${at}条规则 CAFÉ ☃ 喆`, amountFen: '1' }));
    const paper = await printed(terms(300, { discounts, amountFen: String(300 * 3_000 - 300) }));
    expect(paper.pages).toBeGreaterThan(10);
    expect(paper.buyerSeal.page).toBe(paper.pages);
  });

  it('goes on over as many pages as 500 lines need', async () => {
    const paper = await printed(terms(500));
    expect(paper.pages).toBeGreaterThan(10);
    expect(paper.buyerSeal.page).toBe(paper.pages);
    expect(signsOn(paper.bytes)).toBeGreaterThan(500 * 15);
  });

  it('is not printed with a name it can\'t show, and says which sign is missing', async () => {
    expect(await print(terms(1, { customerName: '喆盛贸易' }))).toEqual({ type: 'unprintable', detail: 'the font has no sign for 喆; name one that has in CONTRACT_FONT_FILE' });
  });

  it('shows a product with a foreign accent all the same', async () => {
    const [line] = terms(1).lines;
    expect((await printed(terms(1, { lines: line ? [{ ...line, name: 'CAFÉ ☃ 喆' }] : [] }))).pages).toBe(1);
  });

  it('says in each form what makes it one, in signs that the font has', async () => {
    const essential = { standard: '增值税专用发票', short: '其他事项依照《中华人民共和国民法典》执行', annex: '详见附件《货物清单》', retention: '甲方付清全部价款前，货物的所有权归乙方所有' };
    const counts: number[] = [];
    for (const template of contractForms) {
      const { title, goods, clauses, annex } = wordingOf(terms(3, { template }));
      const words = [title, goods, ...clauses, annex ?? ''].join('');
      expect(words).toContain(essential[template]);
      // what the font can't show in a name it is refused for
      expect(await print(terms(1, { customerName: words }))).toMatchObject({ type: 'printed' });
      counts.push(signsOn((await printed(terms(3, { template }))).bytes));
    }
    const [standard = 0, short = 0, annex = 0, retention = 0] = counts;
    expect([short < standard, standard < annex, annex < retention]).toEqual([true, true, true]);
  });

  it('puts a long list behind the signatures where the goods are an annex', async () => {
    expect(await printed(terms(500, { template: 'annex' }))).toMatchObject({ buyerSeal: { page: 1 }, sellerSeal: { page: 1 } });
    expect((await printed(terms(500, { template: 'annex' }))).pages).toBeGreaterThan(10);
  });

  it('is the standard one where the order was taken before there were several', async () => {
    const { template: _, signWithinDays: __, ...before } = terms(3);
    expect(Buffer.compare((await printed(before)).bytes, (await printed(terms(3, { template: 'standard' }))).bytes)).toBe(0);
  });
});
