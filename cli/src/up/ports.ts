import { assertPortFree, freePort } from '@order-mesh/embedded';
import { MeshError } from '@order-mesh/kernel';
import { portSettings, type PortName, type Ports } from './settings.ts';

/** Turns every 0 into a port that is free, and makes sure that our own are. Throws PORT_TAKEN naming all that are taken. */
export async function settlePorts(wanted: Ports, own: readonly PortName[]): Promise<Ports> {
  assertApart(wanted, own);
  await assertAllFree(wanted, own);
  const settled: Record<PortName, number> = { ...wanted };
  for (const name of own) settled[name] = wanted[name] || await freePort();
  return settled;
}

/** `count` ports for health and metrics, one a process: those after `first`, or any free ones. Throws PORT_TAKEN. */
export async function adminPorts(first: number, count: number, anyFree: boolean): Promise<readonly number[]> {
  const ports: number[] = [first];
  while (ports.length < count) ports.push(anyFree ? await freePort() : first + ports.length);
  const { what, variable } = portSettings.admin;
  await Promise.all(ports.slice(1).map((port) => assertPortFree(port, what, variable)));
  return ports;
}

async function assertAllFree(wanted: Ports, own: readonly PortName[]): Promise<void> {
  const asked = own.filter((name) => wanted[name] !== 0);
  const outcomes = await Promise.allSettled(asked.map((name) => assertPortFree(wanted[name], portSettings[name].what, portSettings[name].variable)));
  const taken = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [adviceIn(outcome.reason)] : []));
  if (taken.length > 0) throw new MeshError('PORT_TAKEN', { advice: [...taken, '--free-ports takes free ones for everything'].join('\n') });
}

function assertApart(wanted: Ports, own: readonly PortName[]): void {
  const twice = own.find((name, index) => wanted[name] !== 0 && own.slice(0, index).some((other) => wanted[other] === wanted[name]));
  if (twice === undefined) return;
  throw new MeshError('BAD_CONFIG', { advice: `port ${wanted[twice]} is given to ${portSettings[twice].what} and to another part; set ${portSettings[twice].variable} to another one` });
}

function adviceIn(error: unknown): string {
  return error instanceof MeshError ? error.advice : String(error);
}
