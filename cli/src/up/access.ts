import { MeshError, minutes } from '@order-mesh/kernel';
import { createBroker, grantAccess, looksOn, type Access } from '@order-mesh/messaging';
import { databaseLogins, ensureLogins, migrate, OWNER, readConfig, readPlatformConfig, rightsOfServices, topicsOf, type Env } from '@order-mesh/platform';
import { KAFKA_ADMIN, KAFKA_HOST, KAFKA_OPERATOR, type Logins } from './logins.ts';
import { migrationsHere } from './migrations-here.ts';
import { serviceNames } from './plan.ts';

/** WeCom's adapter has its login whether or not it runs. */
const SERVICES: readonly string[] = [...serviceNames, 'wecom-adapter'];

/** Who may do what on Kafka: each service for itself, all services of one process together, and whoever looks. */
export const rightsByUser = (): ReadonlyMap<string, Access['rights']> => new Map([
  ...SERVICES.map((name) => [name, rightsOfServices([name], name)] as const),
  [KAFKA_HOST, rightsOfServices(SERVICES, KAFKA_HOST)],
  [KAFKA_OPERATOR, looksOn],
]);

interface OwnKafka {
  readonly innerBrokers?: string;
  readonly logins: Logins;
  readonly env: Env;
}

/** Lets everybody in who has to come in, and makes the topics, which no service may. */
export async function letInToKafka({ innerBrokers = '', logins, env }: OwnKafka): Promise<void> {
  const { partitions } = readConfig(env, () => '', (read) => readPlatformConfig(read));
  const password = logins.passwordOf('kafka', KAFKA_ADMIN);
  const options = { brokers: [innerBrokers], clientId: 'mesh-up', security: { sasl: { mechanism: 'PLAIN', username: KAFKA_ADMIN, password } } } as const;
  const broker = createBroker({ driver: 'platformatic', ...options });
  try {
    await patiently(() => Promise.all([
      grantAccess(options, [
        // a folder of before logins does not know him as a client yet
        { user: KAFKA_ADMIN, password, rights: [] },
        ...[...rightsByUser()].map(([user, rights]) => ({ user, password: logins.passwordOf('kafka', user), rights })),
      ]),
      broker.createTopics(topicsOf(partitions)),
    ]));
  } finally {
    await broker.close();
  }
}

const PATIENCE = minutes(2);

/** A broker that has only just begun may take its time, on a machine that is busy. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (const giveUpAt = Date.now() + PATIENCE; ;) {
    try {
      await work();
      return;
    } catch (error) {
      const mayPass = error instanceof MeshError && error.code === 'BROKER_UNREACHABLE' && Date.now() < giveUpAt;
      if (!mayPass) throw error;
    }
  }
}

/** Gives everybody a login who needs one, and runs the migrations that are missing under the owner's. */
export async function prepareDatabase(superuser: string, logins: Logins): Promise<void> {
  const passwordOf = (login: string): string => logins.passwordOf('postgres', login);
  await ensureLogins(superuser, SERVICES, passwordOf);
  const owner = new URL(superuser);
  owner.username = OWNER;
  owner.password = passwordOf(OWNER);
  await migrate(owner.href, await migrationsHere());
}

/** The logins of PostgreSQL that a mesh makes. */
export const ownDatabaseLogins = (): readonly string[] => databaseLogins(SERVICES);
