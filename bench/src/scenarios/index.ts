import { flood } from './flood.ts';
import { growth } from './growth.ts';
import { hot } from './hot.ts';
import { idle } from './idle.ts';
import { firstLoad } from './import.ts';
import { lines } from './lines.ts';
import { outage } from './outage.ts';
import { partners } from './partners.ts';
import { processes } from './processes.ts';
import { profile } from './profile.ts';
import { soak } from './soak.ts';
import type { Scenario } from './scenario.ts';

export type { Row, Scenario, ScenarioResult } from './scenario.ts';

/** What is measured besides the comparison with others, by the name it is asked for. */
export const scenarios: Readonly<Record<string, Scenario>> = { growth, processes, lines, hot, partners, outage, idle, soak, flood, profile, import: firstLoad };
