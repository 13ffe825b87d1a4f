import type { ConfigReader } from '@order-mesh/platform';
import { readSimulationConfig, type SimulationConfig } from '@order-mesh/rulebook';

/** What pricing lets others set; all else the rules say. */
export const readPricingConfig = (read: ConfigReader): SimulationConfig => readSimulationConfig(read, 'PRICING');
