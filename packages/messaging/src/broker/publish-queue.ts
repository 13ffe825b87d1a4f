import { MeshError } from '@order-mesh/kernel';
import type { OutgoingRecord, Position, Producer, ProducerOptions } from './broker.ts';
import { placeOf } from './partition.ts';
import { takenRanges } from './taken-ranges.ts';
import { asError, endsWithin, pause, unreachable } from './waiting.ts';

/** What a driver brings to send records; used by one request at a time. */
export interface Outlet {
  /** Sends these records in one go, and tells where those of each partition begin, as far as it knows; rejects when the client gave up on them. */
  send(records: readonly OutgoingRecord[]): Promise<readonly Position[]>;
  /** Whether the broker will never take them, however often they are sent. */
  isRefusal(error: unknown): boolean;
  /** Replaces the client that gave up. */
  renew(): Promise<void>;
  /** A send under way is given up. */
  close(): Promise<void>;
}

// The broker takes 1,048,588 bytes per partition and request, as long as nobody changes max.message.bytes.
const PARTITION_LIMIT_BYTES = 960_000;
const REQUEST_LIMIT_BYTES = 4_000_000;
const RECORD_LIMIT_BYTES = 1_000_000;
const RECORD_OVERHEAD_BYTES = 32;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
const FAREWELL_MS = 5_000;

/**
 * One request under way at a time; what is published meanwhile goes out together in the next one.
 * That keeps the order per partition between overlapping calls and makes large requests under load.
 */
export class PublishQueue implements Producer {
  readonly #outlet: Outlet;
  readonly #onTrouble: (trouble: Error) => void;
  readonly #onTaken: NonNullable<ProducerOptions['onTaken']>;
  readonly #jobs: Job[] = [];
  #running: Promise<void> = Promise.resolve();
  #idle = true;
  readonly #end = new AbortController();

  constructor(outlet: Outlet, onTrouble: (trouble: Error) => void, { onTaken = () => {} }: ProducerOptions = {}) {
    this.#outlet = outlet;
    this.#onTrouble = onTrouble;
    this.#onTaken = onTaken;
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#isClosed) throw unreachable('the producer is closed');
    const tooLarge = records.find((record) => sizeOf(record) > RECORD_LIMIT_BYTES);
    if (tooLarge) throw refused(`a record of ${sizeOf(tooLarge)} bytes for ${tooLarge.topic}`);
    if (records.length === 0) return;
    const sent = new Promise<void>((resolve, reject) => { this.#jobs.push({ records, sent: 0, resolve, reject }); });
    if (this.#idle) this.#running = this.#work();
    await sent;
  }

  async close(): Promise<void> {
    await endsWithin(this.#running, FAREWELL_MS);
    this.#end.abort();
    await this.#outlet.close();
    if (await endsWithin(this.#running, FAREWELL_MS)) return;
    for (const job of [...this.#jobs]) this.#finish(job, unreachable('the producer was closed and its client does not end'));
  }

  get #isClosed(): boolean {
    return this.#end.signal.aborted;
  }

  async #work(): Promise<void> {
    this.#idle = false;
    while (this.#jobs.length > 0) {
      const load = nextLoad(this.#jobs);
      await this.#deliver(load);
    }
    this.#idle = true;
  }

  async #deliver(load: readonly Part[]): Promise<void> {
    try {
      const records = recordsOf(load);
      const ranges = takenRanges(records, await this.#insist(records));
      if (ranges.length > 0) this.#onTaken(ranges);
      for (const part of load) this.#ticked(part);
    } catch (error) {
      // one bad record must not take down the calls that happened to travel with it
      if (load.length > 1 && !this.#isClosed) return this.#deliverApart(load);
      for (const { job } of load) this.#finish(job, asError(error));
    }
  }

  async #deliverApart(load: readonly Part[]): Promise<void> {
    for (const part of load) await this.#deliver([part]);
  }

  async #insist(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      if (this.#isClosed) throw unreachable('the producer was closed before the broker answered');
      try {
        return await this.#outlet.send(records);
      } catch (error) {
        if (this.#outlet.isRefusal(error)) throw refused('the broker refuses these records', error);
        if (this.#isClosed) throw unreachable(error);
        this.#onTrouble(asError(error));
        await pause(wait, this.#end.signal);
        await this.#outlet.renew();
      }
    }
  }

  #ticked({ job, records }: Part): void {
    job.sent += records.length;
    if (job.sent === job.records.length) this.#finish(job);
  }

  #finish(job: Job, error?: Error): void {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
    if (error) job.reject(error);
    else job.resolve();
  }
}

interface Job {
  readonly records: readonly OutgoingRecord[];
  sent: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Part {
  readonly job: Job;
  readonly records: readonly OutgoingRecord[];
}

function recordsOf(load: readonly Part[]): readonly OutgoingRecord[] {
  const [only, ...others] = load;
  return only && others.length === 0 ? only.records : load.flatMap((part) => part.records);
}

function nextLoad(jobs: readonly Job[]): readonly Part[] {
  const room = { request: REQUEST_LIMIT_BYTES, partitions: new Map<string, number>() };
  const load: Part[] = [];
  for (const job of jobs) {
    const end = fittingEnd(job, room);
    if (end > job.sent) load.push({ job, records: job.sent === 0 && end === job.records.length ? job.records : job.records.slice(job.sent, end) });
    if (end < job.records.length) break;
  }
  return load;
}

function fittingEnd(job: Job, room: { request: number; readonly partitions: Map<string, number> }): number {
  for (let at = job.sent; at < job.records.length; at += 1) {
    const record = job.records[at];
    if (!record) return at;
    const size = sizeOf(record);
    const key = placeOf(record);
    const left = (room.partitions.get(key) ?? PARTITION_LIMIT_BYTES) - size;
    room.request -= size;
    const isFirst = room.partitions.size === 0;
    if (!isFirst && (left < 0 || room.request < 0)) return at;
    room.partitions.set(key, left);
  }
  return job.records.length;
}

function sizeOf({ frame }: OutgoingRecord): number {
  return RECORD_OVERHEAD_BYTES + frame.length;
}

function refused(what: string, cause?: unknown): MeshError {
  return new MeshError('BAD_MESSAGE', { cause, advice: `${what}: Kafka will not take it; split it, or create the topic` });
}
