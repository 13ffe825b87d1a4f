export { AUDIENCE, CLI_CLIENT, OPERATOR, people, systems, type DemoPerson, type DemoSystem } from './people.ts';
export { startIdentity, type IdentityOptions, type IdentitySimulator } from './server.ts';
