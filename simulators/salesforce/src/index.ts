export { MESH_APP, SALES_APP, startSalesforce, type Salesforce, type SalesforceOptions } from './salesforce.ts';
export type { ConnectedApp } from './sessions.ts';
