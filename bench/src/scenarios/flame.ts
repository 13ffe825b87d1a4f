import type { Frame, Stack } from './cpu-profile.ts';

/** Calls of one path, merged. */
interface Box {
  readonly label: string;
  readonly where: string;
  microseconds: number;
  readonly inner: Map<string, Box>;
}

interface Place {
  readonly left: number;
  readonly depth: number;
}

const WIDTH = 1_600;
const ROW = 17;
const HEAD = 34;
const NARROWEST = 0.003;
const LETTER = 6.4;

/** A flame graph, outermost calls on top, as an SVG that needs nothing else. Frames under 0.3 % of the whole are left out. */
export function flameGraph(stacks: readonly Stack[], title: string): string {
  const all = merged(stacks);
  const drawn: string[] = [];
  const depth = draw(all, { left: 0, depth: 0 }, { total: all.microseconds, drawn });
  const height = HEAD + (depth + 1) * ROW + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="100%" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11">
<rect width="${WIDTH}" height="${height}" fill="#fffdf8"/>
<text x="8" y="22" font-size="14">${escaped(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

function merged(stacks: readonly Stack[]): Box {
  const all: Box = { label: 'all', where: '', microseconds: 0, inner: new Map() };
  for (const { frames, microseconds } of stacks) {
    let box = all;
    box.microseconds += microseconds;
    for (const frame of frames) {
      box = innerBox(box, frame);
      box.microseconds += microseconds;
    }
  }
  return all;
}

function innerBox({ inner }: Box, frame: Frame): Box {
  const where = frame.url === '' ? '' : `${shortened(frame.url)}:${frame.lineNumber + 1}`;
  const label = frame.functionName || '(anonymous)';
  const key = `${label} ${where}`;
  const known = inner.get(key);
  if (known) return known;
  const box: Box = { label, where, microseconds: 0, inner: new Map() };
  inner.set(key, box);
  return box;
}

/** Gives the depth of the deepest box drawn. */
function draw(box: Box, { left, depth }: Place, sheet: { readonly total: number; readonly drawn: string[] }): number {
  const share = sheet.total === 0 ? 0 : box.microseconds / sheet.total;
  if (share < NARROWEST) return depth - 1;
  const [x, y, width] = [left * WIDTH, HEAD + depth * ROW, share * WIDTH];
  const text = clipped(box.label, width);
  sheet.drawn.push(`<g><title>${escaped(`${box.label} ${box.where}\n${(100 * share).toFixed(1)} %, ${Math.round(box.microseconds / 1_000)} ms`)}</title>`
    + `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${ROW - 1}" fill="${colourOf(box.where)}" rx="1"/>`
    + `${text === '' ? '' : `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escaped(text)}</text>`}</g>`);
  let deepest = depth;
  let from = left;
  for (const inner of [...box.inner.values()].sort((one, other) => other.microseconds - one.microseconds)) {
    deepest = Math.max(deepest, draw(inner, { left: from, depth: depth + 1 }, sheet));
    from += inner.microseconds / sheet.total;
  }
  return deepest;
}

function clipped(label: string, width: number): string {
  const letters = Math.floor((width - 6) / LETTER);
  if (letters < 3) return '';
  return label.length <= letters ? label : `${label.slice(0, letters - 1)}…`;
}

// others' code yellow, node's grey, ours by package
function colourOf(where: string): string {
  if (where === '') return '#d9d9d9';
  if (where.startsWith('node:')) return '#cfd8dc';
  if (where.startsWith('node_modules/')) return '#ffd97a';
  const [first = '', second = ''] = where.split('/');
  const hue = [...first + second].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return `hsl(${hue} 62% 76%)`;
}

/** The part of a path that tells: from the last `node_modules` on, or from the workspace's folder. */
function shortened(url: string): string {
  const from = url.lastIndexOf('node_modules/');
  if (from >= 0) return url.slice(from);
  return /(?:packages|services|contracts|bench|cli)\/.*$/.exec(url)?.[0] ?? url;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
