import { shrink } from './find/shrink.ts';
import { tellStory } from './find/story.ts';
import type { Failure, WorkerAnswer, WorkerTask } from './protocol.ts';
import { scenarioOf } from './scenario.ts';
import { run } from './world.ts';

/** What a worker thread can do. */
export async function carryOut(task: WorkerTask): Promise<WorkerAnswer> {
  switch (task.type) {
    case 'run': return runSeeds(task);
    case 'explain': return { type: 'explained', story: tellStory(await shrink(scenarioOf(task.seed, task.orders)), task) };
  }
}

async function runSeeds({ from, count, orders }: Extract<WorkerTask, { readonly type: 'run' }>): Promise<WorkerAnswer> {
  const failures: Failure[] = [];
  const digests: string[] = [];
  const sum = { confirmed: 0, events: 0, faults: 0 };
  for (let seed = from; seed < from + count; seed += 1) {
    const scenario = scenarioOf(seed, orders);
    const { violations, confirmed, events, digest } = await run(scenario);
    if (violations.length > 0) failures.push({ seed, violations: violations.slice(0, 5) });
    digests.push(digest);
    sum.confirmed += confirmed;
    sum.events += events;
    sum.faults += scenario.faults.length;
  }
  return { type: 'ran', seeds: count, orders: count * orders, failures, digests, ...sum };
}
