import { isAbsolute, resolve } from 'node:path';
import { auditKeyIn, isAuditKeyGiven } from './audit-key.ts';
import { isPrivacyKeyGiven, mayHavePrivacyKey, privacyKeyIn } from './privacy-key.ts';
import { adminPorts, settlePorts } from './ports.ts';
import { addressesOf, type Addresses } from './addresses.ts';
import { hostProgram, serviceProgram, type Program } from './programs.ts';
import { outsideParts, ownPorts, ownSimulators, usesWecom, wantedPorts, type Env, type Outside, type Ports, type SimulatorName } from './settings.ts';

/** What a person asked of `mesh up`. */
export interface UpWishes {
  readonly dataDir: string;
  readonly processes: boolean;
  readonly simulators: boolean;
  readonly freePorts: boolean;
  readonly ports: Partial<Ports>;
}

/** Everything decided before the first process starts. */
export interface Plan {
  readonly dataDir: string;
  readonly outside: Outside;
  readonly simulators: readonly SimulatorName[];
  readonly ports: Ports;
  /** The processes that host services. */
  readonly hosts: readonly ServiceHost[];
  readonly addresses: Addresses;
}

export interface ServiceHost {
  readonly name: string;
  readonly program: Program;
  /** The one service that it hosts; null where it hosts all. */
  readonly service: string | null;
  readonly adminPort: number;
  /** Loads its code at once and waits to be told that what it needs is there. */
  readonly waitsForGo: boolean;
}

/** Those that every mesh has, by package folder; each has a main of its own. */
export const serviceNames = [
  'order-orchestrator', 'crm-adapter', 'erp-adapter', 'pricing', 'credit', 'inventory', 'contract', 'logistics', 'finance', 'approvals', 'rules', 'gateway', 'audit',
] as const;

/** Settles every port and address. Throws PORT_TAKEN naming each port that is taken and the variable that moves it, BAD_CONFIG. */
export async function planMesh(wishes: UpWishes, env: Env): Promise<Plan> {
  const outside = outsideParts(env);
  const simulators = ownSimulators(outside, wishes.simulators);
  const wanted = wantedPorts(wishes.ports, env, wishes.freePorts);
  const ports = await settlePorts(wanted, ownPorts(outside, simulators));
  const services = usesWecom(outside, simulators) ? [...serviceNames, 'wecom-adapter'] : serviceNames;
  const admin = await adminPorts(ports.admin, wishes.processes ? services.length : 1, wanted.admin === 0);
  const hosts = wishes.processes
    ? services.map((name, index) => ({ name, program: serviceProgram(name), service: name, adminPort: admin[index] ?? 0, waitsForGo: false }))
    : [{ name: 'services', program: hostProgram('services'), service: null, adminPort: ports.admin, waitsForGo: true }];
  const dataDir = isAbsolute(wishes.dataDir) ? wishes.dataDir : resolve(wishes.dataDir);
  const keepsPrivacyKey = !isPrivacyKeyGiven(env) && outside.databaseUrl === undefined && mayHavePrivacyKey(dataDir);
  const keys = { ...(!isAuditKeyGiven(env) && { auditKeyFile: auditKeyIn(dataDir) }), ...(keepsPrivacyKey && { privacyKeyFile: privacyKeyIn(dataDir) }) };
  return { dataDir, outside, simulators, ports, hosts, addresses: addressesOf({ outside, simulators, ports, admin, ...keys }) };
}
