import type { Unit } from '@order-mesh/messaging';
import type { Ports } from './ports.ts';

/** What a verified callback is about; its content is not believed, only that something happened to a card. */
export interface Heard {
  readonly spNo: string;
  /** Its signature: the same callback heard again has the same. */
  readonly stamp: string;
}

export type HearCallback = ReturnType<typeof hearCallback>;

/** Has WeCom asked how the card stands. The same callback heard again changes nothing. */
export const hearCallback = ({ callbacks, desk, log }: Pick<Ports, 'callbacks' | 'desk' | 'log'>) => async ({ spNo, stamp }: Heard, unit: Unit): Promise<void> => {
  if (!(await callbacks.isFirst(unit.tx, stamp, unit.now))) {
    log.info('callback heard before', { spNo });
    return;
  }
  const key = `read/${spNo}/${stamp}`;
  await desk.read(unit, [{ spNo, key, cause: { id: `callback/${key}`, trace: {} } }]);
};
