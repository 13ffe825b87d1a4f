/** Somebody who may stop existing, or stand still: what is his happens no more, or later. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  /** Stands still until then. */
  frozenUntil: number;
}

/** Something that will happen. Looks like what `setTimeout` gives. */
export class Ticket {
  readonly seq: number;
  readonly run: () => void;
  readonly owner: Owner;
  at: number;
  cancelled = false;

  constructor(at: number, seq: number, run: () => void, owner: Owner) {
    this.at = at;
    this.seq = seq;
    this.run = run;
    this.owner = owner;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

/** What the dead wait for. A new one each time: one for all would keep whoever waits for it, and so every world there ever was. */
export const never = <Result>(): Promise<Result> => new Promise(() => {});

/** Nobody in particular: never dies, never stands still. */
export const WORLD: Owner = { name: 'world', alive: true, frozenUntil: 0 };

/**
 * Virtual time: what is to happen, in the order of its moments. Whatever one event sets going (its promises, to the last) is done before the
 * next event begins, on behalf of the same owner. So one seed has one history.
 */
export class Timeline {
  now: number;
  /** On whose behalf the event at hand happens. */
  current: Owner = WORLD;
  events = 0;
  readonly #soon = new Heap();
  /** Polls and pauses of the product: when only they are left, time may leap. */
  readonly #patient = new Heap();
  #seq = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** Has something happen in `delay` milliseconds. */
  after(delay: number, run: () => void, owner: Owner = this.current): Ticket {
    return this.#add(this.#soon, delay, run, owner);
  }

  /** The same for a timer of the product. */
  timer(delay: number, run: () => void): Ticket {
    return this.#add(delay >= PATIENT_MS ? this.#patient : this.#soon, delay, run, this.current);
  }

  /** Takes the next event that is due out, and moves time to it; undefined when nothing is left. */
  next(): Ticket | undefined {
    for (;;) {
      const heap = this.#first();
      const ticket = heap?.pop();
      if (!ticket) return undefined;
      if (ticket.cancelled || !ticket.owner.alive) continue;
      if (ticket.owner.frozenUntil > Math.max(this.now, ticket.at)) {
        ticket.at = ticket.owner.frozenUntil;
        this.#soon.push(ticket);
        continue;
      }
      this.now = Math.max(this.now, ticket.at);
      this.current = ticket.owner;
      this.events += 1;
      return ticket;
    }
  }

  /** When the next event that is no poll happens; Infinity when none is left. */
  get nextActive(): number {
    for (let top = this.#soon.top; top; top = this.#soon.top) {
      if (!top.cancelled && top.owner.alive) return top.at;
      this.#soon.pop();
    }
    return Infinity;
  }

  #add(heap: Heap, delay: number, run: () => void, owner: Owner): Ticket {
    this.#seq += 1;
    const ticket = new Ticket(this.now + Math.max(0, Math.round(delay)), this.#seq, run, owner);
    heap.push(ticket);
    return ticket;
  }

  #first(): Heap | undefined {
    const [soon, patient] = [this.#soon.top, this.#patient.top];
    if (!soon) return patient && this.#patient;
    return patient && isBefore(patient, soon) ? this.#patient : this.#soon;
  }
}

const PATIENT_MS = 250;

const isBefore = (one: Ticket, other: Ticket): boolean => (one.at === other.at ? one.seq < other.seq : one.at < other.at);

class Heap {
  readonly #items: Ticket[] = [];

  get top(): Ticket | undefined {
    return this.#items[0];
  }

  push(ticket: Ticket): void {
    const items = this.#items;
    let at = items.push(ticket) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (!parent || !isBefore(ticket, parent)) break;
      items[at] = parent;
      at = above;
    }
    items[at] = ticket;
  }

  pop(): Ticket | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (!top || !last || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const [left, right] = [items[below], items[below + 1]];
      if (!left) break;
      if (right && isBefore(right, left)) below += 1;
      const child = items[below] ?? left;
      if (!isBefore(child, last)) break;
      items[at] = child;
      at = below;
    }
    items[at] = last;
    return top;
  }
}
