import type { Command } from 'commander';
import { print } from '../show/print.ts';
import { whereabouts } from '../where.ts';
import { wholeNumber } from './options.ts';

interface TopicFlags {
  readonly brokers?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

interface TailFlags extends TopicFlags {
  readonly fromBeginning?: boolean;
  readonly follow: boolean;
  readonly order?: string;
  readonly limit?: number;
}

const EXAMPLES = `
Examples:
  mesh topics list
  mesh topics tail order.events.v1
  mesh topics acls               who may read and write what, for a Kafka of your own
  mesh topics tail credit.events.v1 --from-beginning --no-follow --order 801MS0000000001YAA --json`;

/** `mesh topics`: what is said on Kafka, decoded. */
export function addTopics(program: Command): void {
  const topics = program.command('topics').description('list the topics and read their messages, decoded').addHelpText('after', EXAMPLES);
  addBrokerOptions(topics.command('list').description('the topics and how many records each has seen')).action(async ({ json, ...flags }: TopicFlags) => {
    const { withBroker } = await import('../topics/broker.ts');
    const { listTopics, topicLines } = await import('../topics/list.ts');
    const found = await withBroker(whereabouts(flags, process.env).kafkaBrokers, listTopics);
    print(json, found, () => topicLines(found));
  });
  topics.command('acls').description('print what each login needs on a Kafka of your own, as commands of its kafka-acls.sh')
    .option('--json', 'print JSON on standard output')
    .action(async ({ json }: Pick<TopicFlags, 'json'>) => {
      const { rightsByUser } = await import('../up/access.ts');
      const { aclCommands } = await import('@order-mesh/messaging');
      const rights = [...rightsByUser()];
      print(json, Object.fromEntries(rights), () => rights.flatMap(([user, its]) => aclCommands(user, its)));
    });
  const tail = topics.command('tail').argument('<topic>', 'such as order.events.v1').description('read a topic until Ctrl-C')
    .option('--from-beginning', 'all there is, not only what comes from now on')
    .option('--no-follow', 'end with what is there now')
    .option('--order <id>', 'only messages of this order')
    .option('--limit <count>', 'end after so many messages', wholeNumber);
  addBrokerOptions(tail).action(async (topic: string, { json, fromBeginning = false, follow, order, limit, ...flags }: TailFlags) => {
    const { withBroker } = await import('../topics/broker.ts');
    const { tailTopic } = await import('../topics/tail.ts');
    const { recordLine } = await import('../show/records.ts');
    const ending = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => { ending.abort(); });
    const wishes = { topic, fromBeginning, follow, ...(order !== undefined && { order }), ...(limit !== undefined && { limit }) };
    await withBroker(whereabouts(flags, process.env).kafkaBrokers, (broker) => tailTopic(broker, wishes, (record) => { print(json, record, () => [recordLine(record)]); }, ending.signal));
  });
}

function addBrokerOptions(command: Command): Command {
  return command
    .option('--brokers <list>', 'host:port of Kafka (KAFKA_BROKERS; else the mesh of this folder, else 127.0.0.1:19092)')
    .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
    .option('--json', 'print one JSON object a line');
}
