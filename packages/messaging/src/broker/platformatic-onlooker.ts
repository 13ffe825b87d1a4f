import { Consumer as Client } from '@platformatic/kafka';
import type { BrokerOptions, IncomingRecord, ReaderOptions, RecordReader } from './broker.ts';
import { clientOptions } from './platformatic-client.ts';
import { PlatformaticReader } from './platformatic-reader.ts';
import { portionOf, RecordBuffer, type Portion } from './record-buffer.ts';
import { sparingly } from './waiting.ts';

/** What the library asks for where nobody joins. */
const NO_GROUP = 'none';

/** Fetches without being a member of any group. */
export class PlatformaticOnlooker implements RecordReader {
  readonly #client: Client;
  readonly #reader: PlatformaticReader;
  readonly #buffer = new RecordBuffer();
  readonly #portion: Portion;

  constructor(options: BrokerOptions, { from, ...bounds }: ReaderOptions) {
    this.#portion = portionOf(bounds);
    this.#client = new Client({ ...clientOptions(options), groupId: NO_GROUP, autocommit: false });
    this.#client.topics.trackAll(...new Set(from.map(({ topic }) => topic)));
    this.#reader = new PlatformaticReader(this.#client, { ...options, ownIds: new Set() }, {
      onRecords: (records) => { this.#buffer.add(records); },
      onTrouble: sparingly(options.onTrouble),
      hasRoom: () => this.#buffer.hasRoomFor(this.#portion),
    });
    this.#reader.start(from);
  }

  async next(): Promise<readonly IncomingRecord[]> {
    const records = await this.#buffer.take(this.#portion);
    this.#reader.read();
    return records;
  }

  async close(): Promise<void> {
    this.#buffer.close();
    await this.#reader.close();
    await this.#client.close(true).catch(() => undefined);
  }
}
