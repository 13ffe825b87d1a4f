import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfSigned, type Identity } from '@order-mesh/simulator';

const NAME = 'Order Mesh Salesforce simulator';

/** The identity kept in `stateDir`, so that callers may go on trusting it after a restart; made fresh where there is none. */
export function serverIdentity(stateDir: string | undefined, now: number): Identity {
  if (stateDir === undefined) return selfSigned(NAME, now);
  const [keyPath, certificatePath] = [join(stateDir, 'pubsub-key.pem'), join(stateDir, 'pubsub-certificate.pem')];
  if (existsSync(keyPath) && existsSync(certificatePath)) return { key: readFileSync(keyPath, 'utf8'), certificate: readFileSync(certificatePath, 'utf8') };
  const made = selfSigned(NAME, now);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(keyPath, made.key, { mode: 0o600 });
  writeFileSync(certificatePath, made.certificate);
  return made;
}
