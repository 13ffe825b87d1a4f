/** Whether two pieces of plain data (messages: objects, lists, text, numbers, money) say the same. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [fields, others] = [new Map<string, unknown>(Object.entries(one)), new Map<string, unknown>(Object.entries(other))];
  return Array.isArray(one) === Array.isArray(other) && fields.size === others.size && [...fields].every(([name, value]) => others.has(name) && same(value, others.get(name)));
}
