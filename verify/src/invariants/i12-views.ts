import { counts, offences, type Invariant } from '../facts.ts';
import { leftOut } from '../history/history.ts';
import { together } from '../verdict.ts';

// Numbers are given under the lock of their series' end, in the transaction of their entries.
const NUMBERS = `
  select 'series ' || series as subject,
         format('numbers its %s entries up to %s, and knows %s as the last', count(entry.order_id), coalesce(max(entry.entry_no), 0), coalesce(max(series_end.last_entry_no)::text, 'none')) as problem
    from finance.entry full join finance.series_end using (series)
   group by series having (count(entry.order_id), coalesce(max(entry.entry_no), 0)) is distinct from (coalesce(max(series_end.last_entry_no), 0), coalesce(max(series_end.last_entry_no), 0))`;

/**
 * The views are rebuilt from the messages by the same projection and compared by digest. A view may lawfully be a message behind, or ahead of
 * Kafka by what waits in the outbox: an order with anything on its way is not judged.
 */
export const viewsEqualTheirEvents: Invariant = {
  id: 'I12',
  title: 'read models equal a rebuild',
  promise: 'What the gateway shows of an order (state, lines, timeline, approvals, finance\'s record) is what its messages on Kafka make of it, and finance numbers its entries 1 to n.',
  check: async (facts) => {
    const { orders, messages, wrong } = await facts.views();
    const history = await facts.history();
    const notChecked = [...leftOut(history), ...(history.inFlight > 0 ? [`${history.inFlight} orders with messages on their way`] : [])];
    return together(
      { offences: wrong, checked: { orders, messages }, notChecked },
      { offences: await offences(facts, [NUMBERS]), checked: await counts(facts, 'select count(*) as "ledger entries" from finance.entry') },
    );
  },
};
