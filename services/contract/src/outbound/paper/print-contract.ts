import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import PDFDocument from 'pdfkit';
import { fen, hours, yuanFromFen, type Fen, type Instant } from '@order-mesh/kernel';
import { amountInWords } from '../../domain/amount-in-words.ts';
import { discountTotal, listTotal, type Terms } from '../../domain/terms.ts';
import { unpackedFont } from './font.ts';
import type { Paper, PrintContract, SealPlace, Unprintable } from './paper.ts';
import { bottomOf, drawTable, type Column, type Sheet } from './table.ts';
import { wordingOf, type Wording } from './wording.ts';

export interface PrinterSettings {
  /** Legal name of the selling company. */
  readonly seller: string;
  /** A TrueType, OpenType or WOFF file with Chinese signs; the built-in one when empty. */
  readonly fontFile: string;
}

const BUILT_IN_FONT = '@fontsource/zcool-xiaowei/files/zcool-xiaowei-chinese-simplified-400-normal.woff';
const MISSING_SIGN = '□';
const MARGIN = 40;
const SIGNING_ROOM = 150;
const CHINA_AHEAD = hours(8);

const COLUMNS: readonly Column[] = [
  { title: '序号', width: 32, align: 'center' },
  { title: '编码', width: 78, align: 'left' },
  { title: '品名', width: 175, align: 'left' },
  { title: '数量', width: 45, align: 'right' },
  { title: '单位', width: 40, align: 'center' },
  { title: '单价（元）', width: 65, align: 'right' },
  { title: '金额（元）', width: 80, align: 'right' },
];

const DISCOUNT_COLUMNS: readonly Column[] = [
  { title: '序号', width: 32, align: 'center' },
  { title: '优惠', width: 403, align: 'left' },
  { title: '减免（元）', width: 80, align: 'right' },
];

/** Prints contracts as PDF. The font is read with the first one. */
export function contractPrinter({ seller, fontFile }: PrinterSettings): PrintContract {
  let font: Font | undefined;
  return async (terms) => {
    font ??= openFont(fontFile);
    const unreadable = signsMissing(font, [seller, terms.customerName, terms.shipTo.contact, terms.shipTo.region, terms.shipTo.city, terms.shipTo.street]);
    return unreadable ?? contradiction(terms) ?? print(terms, seller, font);
  };
}

function openFont(file: string): Font {
  return rememberOutlines(create(unpackedFont(readFileSync(file || createRequire(import.meta.url).resolve(BUILT_IN_FONT)))));
}

// fontkit reads the outline of each sign anew for each document, which was a quarter of the time to print one
function rememberOutlines(font: Font): Font {
  const known = new Set<number>();
  const getGlyph = font.getGlyph.bind(font);
  font.getGlyph = (id, codePoints) => {
    const glyph = getGlyph(id, codePoints);
    if (known.has(id)) return glyph;
    known.add(id);
    const decode = glyph._decode.bind(glyph);
    let outline: { readonly read: unknown } | undefined;
    glyph._decode = () => (outline ??= { read: decode() }).read;
    return glyph;
  };
  return font;
}

const has = (font: Font) => (character: string): boolean => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);

function signsMissing(font: Font, names: readonly string[]): Unprintable | undefined {
  const missing = [...new Set(names.flatMap((name) => [...name]))].filter((character) => !has(font)(character));
  if (missing.length === 0) return undefined;
  return { type: 'unprintable', detail: `the font has no sign for ${missing.join(' ')}; name one that has in CONTRACT_FONT_FILE` };
}

// What is to be paid must follow from what is on the paper
function contradiction(terms: Terms): Unprintable | undefined {
  const remains = listTotal(terms) - discountTotal(terms);
  if (terms.discounts === undefined || remains === BigInt(terms.amountFen)) return undefined;
  return { type: 'unprintable', detail: `the lines less what is taken off come to ${money(fen(remains))} yuan, to be paid are ${moneyOf(terms.amountFen)}` };
}

// A product's name is a description: an accent may be lost, and what cannot be shown is marked
function readable(font: Font, text: string): string {
  return [...text].map((character) => [character, character.normalize('NFKD').charAt(0), MISSING_SIGN].find(has(font)) ?? '?').join('');
}

function print(terms: Terms, seller: string, font: Font): Promise<Paper> {
  const date = new Date(terms.placedAt);
  const sheet = new PDFDocument({
    size: 'A4', margins: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN }, bufferPages: true, font: '', lang: 'zh-CN',
    info: { Title: `购销合同 ${terms.contractId}`, Author: seller, CreationDate: date, ModDate: date },
  });
  sheet.registerFont('body', font);
  sheet.font('body');
  const wording = wordingOf(terms);
  const goods = () => drawTable(sheet.fontSize(9), COLUMNS, terms.lines.map((line) => [
    String(line.lineNo), readable(font, line.sku), readable(font, line.name), String(line.quantity), readable(font, line.unit), moneyOf(line.unitPriceFen), moneyOf(line.amountFen)]));
  writeHead(sheet, terms, { seller, wording });
  if (wording.annex === null) goods();
  writeDiscounts(sheet, terms, font);
  writeTotal(sheet, terms);
  for (const clause of wording.clauses) sheet.text(clause).moveDown(0.4);
  const seals = writeSignatures(sheet, terms, seller);
  if (wording.annex !== null) {
    sheet.addPage().fontSize(10.5).text(wording.annex).moveDown(0.3);
    goods();
  }
  const pages = numberPages(sheet);
  return finished(sheet).then((bytes) => ({ type: 'printed', bytes, pages, ...seals }));
}

function writeHead(sheet: Sheet, { contractId, placedAt, customerName, customerId }: Terms, { seller, wording: { title, goods } }: { readonly seller: string; readonly wording: Wording }): void {
  sheet.fontSize(20).text(title, { align: 'center' }).moveDown(0.5);
  sheet.fontSize(10.5).text(`合同编号：${contractId}    签订日期：${dateInChina(placedAt)}`, { align: 'right' }).moveDown(0.8);
  sheet.text(`甲方（买方）：${customerName}    客户编号：${customerId}`).moveDown(0.3);
  sheet.text(`乙方（卖方）：${seller}`).moveDown(0.8);
  sheet.text('甲乙双方经协商一致，就下列货物的购销订立本合同，共同遵守。').moveDown(0.8);
  sheet.text(goods).moveDown(0.3);
}

function writeDiscounts(sheet: Sheet, terms: Terms, font: Font): void {
  const { discounts = [] } = terms;
  if (discounts.length === 0) return;
  sheet.fontSize(10.5).moveDown(0.5).text(`标价合计：￥${money(listTotal(terms))}`).moveDown(0.2);
  sheet.text('按以下规则减免：').moveDown(0.3);
  drawTable(sheet.fontSize(9), DISCOUNT_COLUMNS, discounts.map(({ lineNo, title, amountFen }) => [String(lineNo), readable(font, title), `-${moneyOf(amountFen)}`]));
  sheet.fontSize(10.5).moveDown(0.5).text(`减免合计：-￥${money(discountTotal(terms))}`);
}

function writeTotal(sheet: Sheet, { amountFen, discounts }: Terms): void {
  sheet.fontSize(10.5).moveDown(discounts ? 0.2 : 0.5);
  sheet.text(`${discounts ? '应付合计' : '合计'}：￥${moneyOf(amountFen)}`).moveDown(0.2);
  sheet.text(`大写：人民币${amountInWords(fen(BigInt(amountFen)))}`).moveDown(0.8);
}

function writeSignatures(sheet: Sheet, { customerName }: Terms, seller: string): { readonly buyerSeal: SealPlace; readonly sellerSeal: SealPlace } {
  if (sheet.y + SIGNING_ROOM > bottomOf(sheet)) sheet.addPage();
  const top = sheet.y + 20;
  const width = (sheet.page.width - 2 * MARGIN) / 2;
  const place = (title: string, name: string, left: number): SealPlace => {
    sheet.text(`${title}（盖章）：`, left, top, { width: width - 10 }).text(name, left, top + 18, { width: width - 10 });
    return { page: sheet.bufferedPageRange().count, x: Math.round(left + width / 2), y: Math.round(sheet.page.height - (top + 80)) };
  };
  return { buyerSeal: place('甲方', customerName, MARGIN), sellerSeal: place('乙方', seller, MARGIN + width) };
}

function numberPages(sheet: Sheet): number {
  const { count } = sheet.bufferedPageRange();
  for (let at = 0; at < count; at += 1) {
    sheet.switchToPage(at);
    // Below the margin pdfkit would begin a new page
    sheet.page.margins.bottom = 0;
    sheet.fontSize(8).text(`第${at + 1}页 共${count}页`, MARGIN, sheet.page.height - 28, { width: sheet.page.width - 2 * MARGIN, align: 'center', lineBreak: false });
  }
  return count;
}

function finished(sheet: Sheet): Promise<Buffer> {
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    sheet.on('data', (part: Buffer) => parts.push(part));
    sheet.on('end', () => resolve(Buffer.concat(parts)));
    sheet.on('error', reject);
    sheet.end();
  });
}

const moneyOf = (amountFen: string): string => money(fen(BigInt(amountFen)));

function money(amount: Fen): string {
  const [yuan = '', cents = ''] = yuanFromFen(amount).split('.');
  return `${yuan.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

function dateInChina(at: Instant): string {
  const [year, month, day] = new Date(at + CHINA_AHEAD).toISOString().slice(0, 10).split('-');
  return `${year}年${month}月${day}日`;
}
