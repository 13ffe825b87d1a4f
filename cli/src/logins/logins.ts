import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import { table } from '../show/text.ts';
import { KAFKA_OPERATOR, openLogins, POSTGRES_OPERATOR, type LoginServer } from '../up/logins.ts';
import { readMeshNote } from '../up/mesh-file.ts';

export interface KafkaLogin {
  readonly brokers: string;
  readonly username: string;
  readonly password: string;
}

export interface FoundLogins {
  /** Every login there is, with the file of its password. */
  list(): readonly { readonly server: LoginServer; readonly login: string; readonly file: string }[];
  lines(): readonly string[];
  /** The operator's when nobody else is named. Throws BAD_REQUEST for a login that is not there. */
  postgres(as?: string): string;
  kafka(as?: string): KafkaLogin;
}

/** The logins of the mesh that runs in this folder. Throws NOT_RUNNING where none does, BAD_REQUEST where its servers are somebody else's. */
export function loginsOf(dataDir: string): FoundLogins {
  const folder = resolve(dataDir);
  const note = readMeshNote(folder);
  if (note === undefined) throw new MeshError('NOT_RUNNING', { advice: `no mesh runs in ${folder}; start one with "mesh up", or say where it is with --data-dir` });
  const { kafkaBrokers, databaseUrl } = note.addresses;
  const logins = openLogins(folder);
  const namesAt = (server: LoginServer): readonly string[] => {
    const path = join(folder, 'logins', server);
    return existsSync(path) ? readdirSync(path).filter((name) => !name.endsWith('.half')).sort() : [];
  };
  const passwordOf = (server: LoginServer, login: string): string => {
    const names = namesAt(server);
    if (!names.includes(login)) throw new MeshError('BAD_REQUEST', { advice: names.length === 0 ? `this mesh has no logins of its own for ${server}: it is somebody else's` : `${server} has no login ${login}; it has ${names.join(', ')}` });
    return logins.passwordOf(server, login);
  };
  const list: FoundLogins['list'] = () => (['kafka', 'postgres'] as const).flatMap((server) => namesAt(server).map((login) => ({ server, login, file: logins.fileOf(server, login) })));
  return {
    list,
    lines: () => [...table([['server', 'login', 'password in'], ...list().map(({ server, login, file }) => [server, login, file])]), 'mesh logins postgres and mesh logins kafka print what psql and Kafka\'s tools take'],
    postgres(as = POSTGRES_OPERATOR) {
      const url = new URL(databaseUrl);
      url.username = as;
      url.password = encodeURIComponent(passwordOf('postgres', as));
      return url.href;
    },
    kafka: (as = KAFKA_OPERATOR) => ({ brokers: kafkaBrokers, username: as, password: passwordOf('kafka', as) }),
  };
}

/** A file that Kafka's own tools take. */
export function propertiesOf({ brokers, username, password }: KafkaLogin): readonly string[] {
  return [
    `bootstrap.servers=${brokers}`, 'security.protocol=SASL_PLAINTEXT', 'sasl.mechanism=SCRAM-SHA-512',
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`,
  ];
}
