import type { ReadStatement, TopicMessages } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Unit } from '@order-mesh/messaging';
import type { Runtime } from './service.ts';

/** Which page of which statement it is. */
export interface StatementPage {
  readonly runId: string;
  readonly look: number;
  readonly page: number;
  readonly isLast: boolean;
}

export interface StatementDesk<Row> {
  /** The book it speaks for: erp, crm or mesh. */
  readonly side: string;
  /** What the book holds of the orders since then, part by part, as it comes; parts may be long or empty. */
  readonly read: (from: Instant) => AsyncIterable<readonly Row[]>;
  readonly messageOf: (page: StatementPage, rows: readonly Row[]) => Outgoing;
}

export type GiveStatement = (batch: readonly Received<TopicMessages['reconciliation.commands.v1']>[], unit: Unit) => Promise<void>;

/**
 * Answers each ReadStatement with the pages of a statement, one transaction a page, or says that there is none. Reading changes nothing anywhere, so a statement that a
 * crash cut short is simply missing: whoever asked for it asks for another one.
 */
export function statementDesk<Row>(runtime: Pick<Runtime<unknown>, 'submit' | 'log' | 'onStop'>, desk: StatementDesk<Row>): GiveStatement {
  let latest: ReadStatement | null = null;
  let reading: Promise<void> = Promise.resolve();
  const begin = (asked: ReadStatement): void => {
    latest = asked;
    // one after the other; whoever is no longer the latest ends at its next page
    reading = reading.then(() => give(runtime, desk, { asked, isWanted: () => latest === asked }));
  };
  runtime.onStop(async () => {
    latest = null;
    await reading;
  });
  return async (batch, unit) => {
    for (const message of batch) if (message.type === 'ReadStatement') unit.afterCommit(() => { begin(message.value); });
  };
}

interface Asked {
  readonly asked: ReadStatement;
  readonly isWanted: () => boolean;
}

type Means = Pick<Runtime<unknown>, 'submit' | 'log'>;

async function give<Row>({ submit, log }: Means, { side, read, messageOf }: StatementDesk<Row>, { asked, isWanted }: Asked): Promise<void> {
  const { runId, look, from } = asked;
  const tell = (message: Outgoing, name: string): Promise<void> => submit(async (unit) => { unit.send(message, { id: `statement/${side}/${runId}/${look}/${name}`, trace: {} }); });
  try {
    let page = 1;
    // Held back until the next is there: only then it is known whether it is the last
    let held: readonly Row[] = [];
    for await (const rows of pagesOf(read(from), isWanted)) {
      if (!isWanted()) return;
      if (held.length > 0) {
        await tell(messageOf({ runId, look, page, isLast: false }, held), String(page));
        page += 1;
      }
      held = rows;
    }
    if (!isWanted()) return;
    await tell(messageOf({ runId, look, page, isLast: true }, held), String(page));
    log.info('statement given', { side, runId, look, pages: page });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    log.warn('no statement', { side, runId, look, detail });
    if (!isWanted()) return;
    await tell({ type: 'StatementFailed', value: { runId, look, side, detail: detail.slice(0, LONGEST_DETAIL) } }, 'failed')
      .catch((second: unknown) => { log.warn('nobody could be told that there is no statement', { side, runId, error: second }); });
  }
}

const LONGEST_DETAIL = 500;

/** Cuts long parts into pages that fit one message each; an empty part is none. Ends where nobody wants them any more. */
async function* pagesOf<Row>(parts: AsyncIterable<readonly Row[]>, isWanted: () => boolean): AsyncGenerator<readonly Row[]> {
  for await (const rows of parts) {
    if (!isWanted()) return;
    for (let from = 0; from < rows.length; from += ROWS_A_PAGE) yield rows.slice(from, from + ROWS_A_PAGE);
  }
}

/** A row is at most about 200 bytes: far below what a message may hold. */
const ROWS_A_PAGE = 1_000;
