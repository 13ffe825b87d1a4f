/** Provinces as the ERP names sales regions, by what the trade calls them. */
export const areas = {
  '华东': ['上海', '江苏', '浙江', '安徽', '福建', '江西', '山东'],
  '华南': ['广东', '广西', '海南'],
  '华北': ['北京', '天津', '河北', '山西', '内蒙古'],
  '华中': ['河南', '湖北', '湖南'],
  '西南': ['重庆', '四川', '贵州', '云南', '西藏'],
  '西北': ['陕西', '甘肃', '青海', '宁夏', '新疆'],
  '东北': ['辽宁', '吉林', '黑龙江'],
} as const;

/** The region of customers abroad. */
const ABROAD = '海外';

/** The sales regions that orders carry and a name stands for: one for a province, with or without 省 or 市, all of its provinces for an area such as 华东; null for a name that no order carries. */
export function regionsNamed(name: string): readonly string[] | null {
  for (const [area, provinces] of Object.entries(areas)) if (area === name) return provinces;
  const short = name.replace(/(?:省|市|(?:壮族|回族|维吾尔)?自治区)$/u, '');
  return [...Object.values(areas).flat(), ABROAD].find((region) => region === short) === undefined ? null : [short];
}

/** The names there are, for whoever has given another. */
export const regionNames = (): string => [...Object.entries(areas).map(([area, provinces]) => `${area}（${provinces.join('、')}）`), ABROAD].join('、');

const WEST: readonly string[] = [...areas['西南'], ...areas['西北'], ...areas['东北']];
const INLAND: readonly string[] = ['安徽', '江西', '广西', '山西', '内蒙古', ...areas['华中'], '河北'];
const COAST: readonly string[] = Object.values(areas).flat().filter((province) => !WEST.includes(province) && !INLAND.includes(province));

/** A cell that lets these texts through. */
export const listOf = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ');

/** So many times ten thousand yuan, in fen. */
export const wan = (count: number): number => count * 1_000_000;

/** Provinces by how large their market is. */
export interface Market {
  readonly id: 'coast' | 'inland' | 'west';
  readonly name: string;
  /** As a cell. */
  readonly regions: string;
  readonly example: string;
}

export const markets: readonly Market[] = [
  { id: 'coast', name: '沿海', regions: listOf(COAST), example: '江苏' }, { id: 'inland', name: '内陆', regions: listOf(INLAND), example: '湖北' },
  { id: 'west', name: '西部与东北', regions: listOf(WEST), example: '陕西' },
];
