import { setTimeout as sleep } from 'node:timers/promises';
import type { Anchor } from '@order-mesh/audit';
import { topics } from '@order-mesh/contracts';
import { createCodec, type Broker } from '@order-mesh/messaging';
import { extentOf, recordsUpTo } from '@order-mesh/verify';

const LOOKS = 5;
const LOOK_AGAIN_AFTER_MS = 1_000;

/** Every anchor there is. One that the database knows of may only be on its way, so it is waited for a little; that it never comes is for the check to tell. */
export async function anchorsOf(broker: Broker, expected: number): Promise<readonly Anchor[]> {
  for (let look = 1; ; look += 1) {
    const anchors = await readAnchors(broker);
    if (look === LOOKS || anchors.some(({ position }) => position >= expected) || expected === 0) return anchors;
    await sleep(LOOK_AGAIN_AFTER_MS);
  }
}

async function readAnchors(broker: Broker): Promise<readonly Anchor[]> {
  const codec = createCodec();
  const anchors: Anchor[] = [];
  for await (const records of recordsUpTo(broker, await extentOf(broker, [topics.auditAnchors]))) {
    for (const { value } of records) {
      const decoded = codec.decode(value);
      if (!decoded.ok || decoded.message.type !== 'AuditAnchored') continue;
      const { position, mac, at } = decoded.message.value;
      anchors.push({ position, mac, at });
    }
  }
  return anchors;
}
