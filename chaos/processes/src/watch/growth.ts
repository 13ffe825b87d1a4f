import type { Stage } from '../stage/stage.ts';
import { holdingOf, type Holding } from '../stage/family.ts';
import { repeat, type Repetition } from './repeat.ts';

const LOOK_EVERY = 5_000;
/** A process that has just started still grows into its work. */
const GROWN_AFTER_MS = 60_000;

interface Sample extends Holding {
  readonly at: number;
}

/** How a service's memory and handles went, over the longest life of one process of it. */
export interface Growth {
  readonly service: string;
  readonly minutes: number;
  readonly residentMb: { readonly first: number; readonly highest: number; readonly last: number; readonly perMinute: number };
  readonly handles: { readonly first: number; readonly highest: number; readonly last: number };
}

/** Watches what every process of a service holds, until it is stopped. */
export class GrowthWatch {
  readonly #samples = new Map<string, Sample[]>();
  readonly #watching: Repetition;

  constructor(stage: Stage) {
    this.#watching = repeat(LOOK_EVERY, async () => {
      for (const { name, pid } of stage.services.values()) {
        const holding = pid === undefined ? undefined : holdingOf(pid);
        if (holding) this.#note(`${name} ${pid}`, { ...holding, at: Date.now() });
      }
      await Promise.resolve();
    });
  }

  async stop(): Promise<readonly Growth[]> {
    await this.#watching.stop();
    const longest = new Map<string, readonly Sample[]>();
    for (const [name, samples] of this.#samples) {
      const [service = ''] = name.split(' ');
      if (spanOf(samples) > spanOf(longest.get(service) ?? [])) longest.set(service, samples);
    }
    return [...longest].map(([service, samples]) => growthOf(service, samples));
  }

  #note(name: string, sample: Sample): void {
    this.#samples.set(name, [...this.#samples.get(name) ?? [], sample]);
  }
}

const spanOf = (samples: readonly Sample[]): number => (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);

function growthOf(service: string, samples: readonly Sample[]): Growth {
  const begin = samples[0]?.at ?? 0;
  const grown = samples.filter(({ at }) => at - begin >= Math.min(GROWN_AFTER_MS, spanOf(samples) / 2));
  const first = grown[0] ?? { at: 0, residentMb: 0, handles: 0 };
  const last = grown.at(-1) ?? first;
  return {
    service, minutes: spanOf(samples) / 60_000,
    residentMb: { first: first.residentMb, highest: Math.max(...grown.map(({ residentMb }) => residentMb)), last: last.residentMb, perMinute: slopeOf(grown) },
    handles: { first: first.handles, highest: Math.max(...grown.map(({ handles }) => handles)), last: last.handles },
  };
}

/** Least squares, in MB a minute. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const minutes = samples.map(({ at }) => at / 60_000);
  const [meanMinute, meanMb] = [mean(minutes), mean(samples.map(({ residentMb }) => residentMb))];
  const spread = minutes.reduce((sum, minute) => sum + (minute - meanMinute) ** 2, 0);
  return spread === 0 ? 0 : samples.reduce((sum, { residentMb }, index) => sum + ((minutes[index] ?? 0) - meanMinute) * (residentMb - meanMb), 0) / spread;
}
