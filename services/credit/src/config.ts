import type { ConfigReader } from '@order-mesh/platform';
import { readSimulationConfig, type SimulationConfig } from '@order-mesh/rulebook';

/** What credit lets others set; all else the policy and the rules say. */
export const readCreditConfig = (read: ConfigReader): SimulationConfig => readSimulationConfig(read, 'CREDIT');
