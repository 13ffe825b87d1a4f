/** A sheet as it is being written: pdfkit's document. */
export type Sheet = PDFKit.PDFDocument;

export interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right' | 'center';
}

const PADDING = 3;
const HAIRLINE = 0.5;

/** Draws a ruled table from the sheet's present place on; the heading is repeated on each page. Leaves the sheet below it. */
export function drawTable(sheet: Sheet, columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const titles = columns.map(({ title }) => title);
  drawRow(sheet, columns, titles);
  for (const row of rows) {
    if (sheet.y + heightOf(sheet, columns, row) > bottomOf(sheet)) {
      sheet.addPage();
      drawRow(sheet, columns, titles);
    }
    drawRow(sheet, columns, row);
  }
  sheet.x = sheet.page.margins.left;
}

/** The lowest place that may be written to. */
export function bottomOf(sheet: Sheet): number {
  return sheet.page.height - sheet.page.margins.bottom;
}

function drawRow(sheet: Sheet, columns: readonly Column[], cells: readonly string[]): void {
  const [top, height] = [sheet.y, heightOf(sheet, columns, cells)];
  let left = sheet.page.margins.left;
  for (const [at, { width, align }] of columns.entries()) {
    sheet.lineWidth(HAIRLINE).rect(left, top, width, height).stroke();
    sheet.text(cells[at] ?? '', left + PADDING, top + PADDING, { width: width - 2 * PADDING, align });
    left += width;
  }
  sheet.y = top + height;
}

function heightOf(sheet: Sheet, columns: readonly Column[], cells: readonly string[]): number {
  const heights = columns.map(({ width }, at) => sheet.heightOfString(cells[at] || ' ', { width: width - 2 * PADDING }));
  return Math.max(...heights) + 2 * PADDING;
}
