/** The little of fontkit that is used; the package brings no types. */
declare module 'fontkit' {
  export interface Font {
    hasGlyphForCodePoint(point: number): boolean;
    layout(text: string): unknown;
    /** Always the same object for a sign. */
    getGlyph(id: number, codePoints?: number[]): Glyph;
  }
  export interface Glyph {
    /** Reads the outline; whoever embeds a font asks for that of every sign it uses. */
    _decode(): unknown;
  }
  export function create(bytes: Uint8Array): Font;
}

declare namespace PDFKit.Mixins {
  interface PDFFont {
    /** pdfkit takes an opened font as well: what it has learnt of it is then kept from document to document. */
    registerFont(name: string, font: import('fontkit').Font): this;
  }
}
