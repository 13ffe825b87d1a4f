import type { BatchTracer } from '@order-mesh/messaging';

/** A call to a partner, in the trace of the order that it is for. Moments are milliseconds since 1970. */
export interface CallSpan {
  readonly service: string;
  readonly system: string;
  readonly operation: string;
  readonly orderId: string;
  /** Trace context of the message that caused the call; absent where there is none. */
  readonly cause: string | undefined;
  readonly began: number;
  readonly ended: number;
  /** answered, refused, unavailable, unknown, accepted or, where nobody was asked, parked. */
  readonly result: string;
}

/** Takes a span that has ended. Never throws, never waits. */
export type TraceCall = (span: CallSpan) => void;

/** Where the spans of a process go. */
export interface Tracing extends BatchTracer {
  readonly call: TraceCall;
  /** Sends what is left. Never rejects. */
  stop(): Promise<void>;
}

export interface TracingOptions {
  /** Address of a collector that speaks OTLP over HTTP, without the path; empty: nothing is traced. */
  readonly endpoint: string;
  /** Names the process in the spans of its batches. */
  readonly group: string;
}
