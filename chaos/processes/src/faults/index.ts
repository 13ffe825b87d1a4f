import { never } from '@order-mesh/kernel';
import type { FaultSpec } from '../plan/spec.ts';
import type { Fault } from './fault.ts';
import { poison, race, spike } from './load.ts';
import { network } from './network.ts';
import { faultyPartners } from './partners.ts';
import { brokerDown, diskFull, outage, postgresDown } from './servers.ts';
import { member, serviceKill, zombie } from './services.ts';

/** The fault that a plan describes. */
export function faultOf(spec: FaultSpec): Fault {
  switch (spec.kind) {
    case 'kill': return serviceKill(spec.service, spec.point);
    case 'broker-kill': return brokerDown(spec.seconds);
    case 'broker-outage': return outage(spec.seconds, spec.point);
    case 'postgres': return postgresDown(spec.how, spec.seconds);
    case 'network': return network(spec.link, spec.weather, spec.seconds);
    case 'member': return member(spec.service, spec.leaves, spec.seconds);
    case 'zombie': return zombie(spec.service, spec.seconds);
    case 'disk-full': return diskFull(spec.server, spec.seconds);
    case 'poison': return poison(spec.count, spec.seconds);
    case 'race': return race(spec.orders, spec.fits);
    case 'spike': return spike(spec.times, spec.seconds);
    case 'partners': return faultyPartners(spec.share, spec.seconds);
    default: return never(spec);
  }
}
