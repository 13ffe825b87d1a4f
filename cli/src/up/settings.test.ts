import { addressesOf, serviceEnv } from './addresses.ts';
import { outsideParts, ownPorts, ownSimulators, portSettings, wantedPorts } from './settings.ts';

it('takes the usual ports when nobody says otherwise', () => {
  expect(wantedPorts({}, {}, false)).toEqual(Object.fromEntries(Object.entries(portSettings).map(([name, { usual }]) => [name, usual])));
});

it('lets a flag win over the environment, and the environment over any free port', () => {
  const ports = wantedPorts({ kafka: 1_111 }, { KAFKA_PORT: '2222', U8_PORT: '3333' }, true);
  expect(ports).toMatchObject({ kafka: 1_111, u8: 3_333, gateway: 0 });
});

it.each(['http', '70000', '-1', '80.5'])('refuses "%s" as a port, naming the variable', (text) => {
  expect(() => wantedPorts({}, { GATEWAY_HTTP_PORT: text }, false)).toThrow(`GATEWAY_HTTP_PORT must be a port number, or 0 for any free one, got "${text}"`);
});

it('starts no part whose address the environment gives, and needs no port for it', () => {
  const outside = outsideParts({ KAFKA_BROKERS: 'broker:9092', U8_URL: 'http://u8', DATABASE_URL: '' });
  const simulators = ownSimulators(outside, true);
  expect(simulators).toEqual(['salesforce', 'esign', 'carrier']);
  expect(ownPorts(outside, simulators)).toEqual(['gateway', 'salesforce', 'salesforcePubsub', 'esign', 'carrier', 'contract', 'admin', 'postgres']);
  expect(ownSimulators(outside, false)).toEqual([]);
});

it('tells the services the addresses given, and those of our own parts where none is', () => {
  const ports = wantedPorts({}, {}, false);
  const addresses = addressesOf(outsideParts({ KAFKA_BROKERS: 'broker:9092', U8_URL: 'http://u8' }), ports, [9_464]);
  expect(serviceEnv(addresses, ports, 9_464)).toMatchObject({
    KAFKA_BROKERS: 'broker:9092', U8_URL: 'http://u8', DATABASE_URL: 'postgres://postgres@127.0.0.1:15432/postgres', SALESFORCE_PUBSUB: '127.0.0.1:8443',
    CONTRACT_CALLBACK_URL: 'http://127.0.0.1:8085/v1/callbacks/esign', ADMIN_PORT: '9464',
  });
});

it('finds EAI on the server of U8, or U8 on the server of EAI', () => {
  const ports = wantedPorts({}, {}, false);
  const told = (env: Record<string, string>) => serviceEnv(addressesOf(outsideParts(env), ports, []), ports, 9_464);
  expect(told({})).toMatchObject({ U8_URL: 'http://127.0.0.1:8082', U8_EAI_URL: 'http://127.0.0.1:8082/u8eai/import.asp' });
  expect(told({ U8_EAI_URL: 'http://10.0.0.5/U8EAI/import.asp' })).toMatchObject({ U8_URL: 'http://10.0.0.5', U8_EAI_URL: 'http://10.0.0.5/U8EAI/import.asp' });
  expect(ownSimulators(outsideParts({ U8_EAI_URL: 'http://10.0.0.5/U8EAI/import.asp' }), true)).not.toContain('u8');
});
