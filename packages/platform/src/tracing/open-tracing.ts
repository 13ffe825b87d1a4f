import type { Tracing, TracingOptions } from './tracing.ts';

/** Sends spans to a collector; null where none is named, and then nothing of it is even loaded. */
export async function openTracing({ endpoint, group }: TracingOptions): Promise<Tracing | null> {
  if (endpoint === '') return null;
  const { otlpTracing } = await import('./otlp.ts');
  return otlpTracing({ endpoint, group });
}
