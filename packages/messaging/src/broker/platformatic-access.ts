import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { AclOperations, AclPermissionTypes, Admin, alterUserScramCredentialsV0, ResourcePatternTypes, ResourceTypes, ScramMechanisms, type Acl } from '@platformatic/kafka';
import type { Right } from '../rights.ts';
import type { BrokerOptions } from './broker.ts';
import { clientOptions, connectTo } from './platformatic-client.ts';
import { unreachable, untilAnswered } from './waiting.ts';

/** Who may log in at a broker, and what each may do there. */
export interface Access {
  readonly user: string;
  readonly password: string;
  readonly rights: readonly Right[];
}

const ITERATIONS = 4_096;
const HASH_BYTES = 64;
const derive = promisify(pbkdf2);

/**
 * Lets these users log in (SCRAM-SHA-512) with exactly these rights: what they have beside them is taken away; other users stay as they are.
 * Asked for by somebody who may. Doing it again changes nothing but the salt.
 */
export function grantAccess(options: BrokerOptions, access: readonly Access[]): Promise<void> {
  const end = new AbortController();
  return untilAnswered(async () => {
    const admin = new Admin(clientOptions(options));
    try {
      await Promise.all([setPasswords(admin, options, access), setRights(admin, access)]);
    } finally {
      await admin.close().catch(() => undefined);
    }
  }, end.signal);
}

async function setPasswords(admin: Admin, options: BrokerOptions, access: readonly Access[]): Promise<void> {
  const credentials = await Promise.all(access.map(async ({ user, password }) => {
    const salt = randomBytes(24);
    return { name: user, mechanism: ScramMechanisms.SCRAM_SHA_512, iterations: ITERATIONS, salt, saltedPassword: await derive(password, salt, ITERATIONS, HASH_BYTES, 'sha512') };
  }));
  const { brokers } = await admin.metadata({ topics: [] });
  const [broker] = brokers.values();
  if (broker === undefined) throw unreachable();
  const connection = await connectTo(broker, options);
  try {
    await alterUserScramCredentialsV0.api.async(connection, [], credentials);
  } finally {
    await connection.close().catch(() => undefined);
  }
}

async function setRights(admin: Admin, access: readonly Access[]): Promise<void> {
  const found = (await admin.describeAcls({ filter: EVERY_ACL })).flatMap(({ acls, ...target }) => acls.map((acl) => ({ ...target, ...acl })));
  const users = new Set(access.map(({ user }) => principalOf(user)));
  const wanted = new Map(access.flatMap(({ user, rights }) => rights.map((right) => aclOf(user, right))).map((acl) => [keyOf(acl), acl]));
  const there = new Map(found.filter(({ principal }) => users.has(principal)).map((acl) => [keyOf(acl), acl]));
  const missing = [...wanted].filter(([key]) => !there.has(key)).map(([, acl]) => acl);
  const excess = [...there].filter(([key]) => !wanted.has(key)).map(([, acl]) => acl);
  if (missing.length > 0) await admin.createAcls({ creations: missing });
  if (excess.length > 0) await admin.deleteAcls({ filters: excess });
}

const EVERY_ACL = {
  resourceType: ResourceTypes.ANY, resourceName: null, resourcePatternType: ResourcePatternTypes.ANY, principal: null, host: null, operation: AclOperations.ANY, permissionType: AclPermissionTypes.ANY,
};
const TYPES = { topic: ResourceTypes.TOPIC, group: ResourceTypes.GROUP, cluster: ResourceTypes.CLUSTER } as const;
const OPERATIONS = { Read: AclOperations.READ, Write: AclOperations.WRITE, Describe: AclOperations.DESCRIBE, IdempotentWrite: AclOperations.IDEMPOTENT_WRITE } as const;

const principalOf = (user: string): string => `User:${user}`;

function aclOf(user: string, { on, name, operation }: Right): Acl {
  return {
    resourceType: TYPES[on], resourceName: name, resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: principalOf(user), host: '*', operation: OPERATIONS[operation], permissionType: AclPermissionTypes.ALLOW,
  };
}

const keyOf = ({ resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType }: Acl): string =>
  [resourceType, resourcePatternType, resourceName, principal, host, operation, permissionType].join('\n');
