import type { FieldShape, Shape } from '../shape.ts';

interface Style {
  readonly docs: boolean;
}

/** Writes a shape as an Avro schema in one fixed form, each named type in full where it first occurs. */
export function avroOf(shape: Shape, style: Style = { docs: false }, written = new Set<string>()): unknown {
  switch (shape.kind) {
    case 'fen': return { type: 'long', logicalType: 'fen' };
    case 'instant': return { type: 'long', logicalType: 'timestamp-millis' };
    case 'array': return { type: 'array', items: avroOf(shape.items, style, written) };
    case 'nullable': return ['null', avroOf(shape.of, style, written)];
    case 'enum': case 'record': return namedAvro(shape, style, written);
    default: return shape.kind;
  }
}

/** The text that decides whether a schema changed: defaults count, descriptions do not. */
export function canonicalText(shape: Shape): string {
  return JSON.stringify(avroOf(shape));
}

function namedAvro(shape: Extract<Shape, { readonly fullName: string }>, style: Style, written: Set<string>): unknown {
  if (written.has(shape.fullName)) return shape.fullName;
  written.add(shape.fullName);
  const dot = shape.fullName.lastIndexOf('.');
  const name = { name: shape.fullName.slice(dot + 1), namespace: shape.fullName.slice(0, Math.max(dot, 0)) };
  if (shape.kind === 'enum') {
    return { type: 'enum', ...name, symbols: shape.symbols, ...(shape.fallback === null ? {} : { default: shape.fallback }) };
  }
  const doc = style.docs && shape.doc !== '' ? { doc: shape.doc } : {};
  return { type: 'record', ...name, ...doc, fields: shape.fields.map((field) => fieldAvro(field, style, written)) };
}

function fieldAvro({ name, doc, shape, fallback }: FieldShape, style: Style, written: Set<string>): unknown {
  return {
    name,
    type: avroOf(shape, style, written),
    ...(style.docs && doc !== '' ? { doc } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}
