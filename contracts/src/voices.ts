import { orderTopics, topics, type TopicName } from './generated/messages.ts';

/** What a service hears and says. */
export interface Voice {
  readonly hears: readonly TopicName[];
  readonly sends: readonly TopicName[];
  /** Brings back what others could not take: its record goes where the original lay, whoever sent that. */
  readonly bringsBack?: true;
}

const t = topics;

/**
 * Who hears and says what: the only source of what a service may do on Kafka. At its start a service is held to what it hears, at each message to what it says;
 * where Kafka asks for logins, the broker holds it to both.
 */
export const voices = {
  'order-orchestrator': {
    hears: [t.crmEvents, t.pricingEvents, t.creditEvents, t.inventoryEvents, t.contractEvents, t.logisticsEvents, t.erpEvents, t.approvalsEvents, t.orderCommands, t.reconciliationCommands],
    sends: [t.pricingCommands, t.creditCommands, t.inventoryCommands, t.contractCommands, t.logisticsCommands, t.erpCommands, t.approvalsCommands, t.orderEvents, t.reconciliationEvents],
  },
  'crm-adapter': { hears: [t.orderEvents, t.importsCommands, t.reconciliationCommands], sends: [t.crmEvents, t.importsEvents, t.reconciliationEvents, t.partnerEvents] },
  'erp-adapter': { hears: [t.erpCommands, t.reconciliationCommands], sends: [t.erpEvents, t.masterdataEvents, t.reconciliationEvents, t.partnerEvents] },
  'pricing': { hears: [t.pricingCommands, t.masterdataEvents, t.rulesPublished, t.simulationEvents], sends: [t.pricingEvents, t.simulationEvents] },
  'credit': { hears: [t.creditCommands, t.masterdataEvents, t.orderEvents, t.rulesPublished, t.simulationEvents], sends: [t.creditEvents, t.simulationEvents] },
  'inventory': { hears: [t.inventoryCommands, t.masterdataEvents, t.orderEvents, t.rulesPublished], sends: [t.inventoryEvents, t.replenishmentEvents, t.simulationEvents] },
  'contract': { hears: [t.contractCommands, t.rulesPublished], sends: [t.contractEvents, t.partnerEvents, t.simulationEvents] },
  'logistics': { hears: [t.logisticsCommands, t.rulesPublished], sends: [t.logisticsEvents, t.partnerEvents, t.simulationEvents] },
  'approvals': { hears: [t.approvalsCommands, t.delegationsCommands, t.rulesPublished], sends: [t.approvalsEvents, t.delegationsEvents, t.simulationEvents] },
  'finance': { hears: [t.orderEvents, t.reconciliationCommands, t.reconciliationEvents], sends: [t.financeEvents, t.reconciliationCommands, t.reconciliationEvents] },
  'rules': { hears: [t.rulesCommands], sends: [t.rulesEvents, t.rulesPublished, t.simulationEvents] },
  'gateway': {
    hears: [...orderTopics, t.rulesEvents, t.rulesPublished, t.simulationEvents, t.reconciliationEvents, t.importsEvents, t.delegationsEvents],
    sends: [t.crmEvents, t.orderCommands, t.approvalsCommands, t.delegationsCommands, t.importsCommands, t.reconciliationCommands, t.rulesCommands, t.partnerEvents, t.lettersEvents, t.privacyEvents],
    bringsBack: true,
  },
  'audit': { hears: [t.approvalsEvents, t.delegationsEvents, t.lettersEvents, t.orderEvents, t.partnerEvents, t.privacyEvents, t.reconciliationEvents, t.rulesEvents, t.rulesPublished], sends: [t.auditAnchors] },
  'wecom-adapter': { hears: [t.approvalsEvents, t.orderEvents, t.partnerEvents, t.replenishmentEvents, t.rulesPublished], sends: [t.approvalsCommands, t.partnerEvents, t.simulationEvents] },
} as const satisfies Readonly<Record<string, Voice>>;

export type ServiceName = keyof typeof voices;

const byName: Readonly<Record<string, Voice>> = voices;

/** The voice of that service; undefined for whoever is none, such as a test's probe. */
export const voiceOf = (name: string): Voice | undefined => (Object.hasOwn(byName, name) ? byName[name] : undefined);
