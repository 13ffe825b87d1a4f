import { MeshError } from '@order-mesh/kernel';
import { createAPI, kGetApi, Producer, produceV10, produceV11, produceV9, Writer, type API, type Callback, type CreateRecordsBatchOptions, type MessageRecord } from '@platformatic/kafka';
import { recordBatch } from './record-batch.ts';

/**
 * The library's producer (connections, metadata, retries, idempotence) for records that are framed already: each message's `value` is its frame.
 * Only the encoding of the request is ours: the library builds a record from about forty small buffers, which costs more than all our own work on an order.
 */
export class FramedProducer extends Producer<Buffer, Buffer, Buffer, Buffer> {
  override [kGetApi]<RequestArguments extends unknown[], ResponseType>(name: string, callback: Callback<API<RequestArguments, ResponseType>>): void {
    super[kGetApi]<RequestArguments, ResponseType>(name, (error, api) => {
      if (error || !api || name !== 'Produce') {
        callback(error, api);
        return;
      }
      const ours = framedApis.get(api.version);
      // whoever asks for Produce calls it with the arguments of `createRequest`
      if (ours) callback(null, ours as unknown as API<RequestArguments, ResponseType>);
      else callback(new MeshError('BROKER_UNREACHABLE', { advice: `the broker speaks Produce ${api.version}; Apache Kafka 2.8 or newer is needed` }));
    });
  }
}

const PRODUCE = 0;
const framedApis = new Map([produceV9, produceV10, produceV11].map(({ api: { version }, parseResponse }) => (
  [version, createAPI(PRODUCE, version, createRequest, parseResponse)] as const)));

/** Produce request, versions 9 to 11: transactional_id acks timeout_ms [topic [partition records]]. */
function createRequest(acks: number, timeout: number, messages: readonly MessageRecord[], options: Partial<CreateRecordsBatchOptions>): Writer {
  const topics = [...Map.groupBy(messages, ({ topic }) => topic)];
  return Writer.create()
    .appendString(options.transactionalId)
    .appendInt16(acks)
    .appendInt32(timeout)
    .appendArray(topics, (writer, [topic, ofTopic]) => {
      writer.appendString(topic).appendArray([...Map.groupBy(ofTopic, ({ partition }) => partition ?? 0)], (to, [partition, those]) => {
        to.appendInt32(partition).appendBytes(recordBatch(those.map(frameOf), {
          now: BigInt(Date.now()),
          producerId: options.producerId ?? -1n,
          producerEpoch: options.producerEpoch ?? 0,
          sequence: options.sequences?.getWithDefault(`${topic}:${partition}`, 0) ?? 0,
        }));
      });
    })
    .appendTaggedFields();
}

function frameOf({ value }: MessageRecord): Buffer {
  if (!Buffer.isBuffer(value)) throw new MeshError('BROKEN_PROMISE', { advice: 'a record was sent without its frame' });
  return value;
}
