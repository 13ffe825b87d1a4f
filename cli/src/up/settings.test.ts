import { USUAL_CREDENTIALS, USUAL_TEMPLATE } from '@order-mesh/wecom-simulator';
import { addressesOf, serviceEnv, simulatorEnv } from './addresses.ts';
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
  expect(simulators).toEqual(['salesforce', 'esign', 'carrier', 'wecom', 'identity']);
  expect(ownPorts(outside, simulators)).toEqual(['gateway', 'salesforce', 'salesforcePubsub', 'esign', 'carrier', 'contract', 'wecom', 'wecomAdapter', 'identity', 'admin', 'postgres']);
  expect(ownSimulators(outside, false)).toEqual([]);
});

it('tells the services the addresses given, and those of our own parts where none is', () => {
  const ports = wantedPorts({}, {}, false);
  const outside = outsideParts({ KAFKA_BROKERS: 'broker:9092', U8_URL: 'http://u8' });
  const addresses = addressesOf({ outside, simulators: ownSimulators(outside, true), ports, admin: [9_464] });
  expect(serviceEnv(addresses, ports, 9_464)).toMatchObject({
    KAFKA_BROKERS: 'broker:9092', U8_URL: 'http://u8', DATABASE_URL: 'postgres://postgres@127.0.0.1:15432/postgres', SALESFORCE_PUBSUB: '127.0.0.1:8443',
    CONTRACT_CALLBACK_URL: 'http://127.0.0.1:8085/v1/callbacks/esign', ADMIN_PORT: '9464',
  });
});

it('finds EAI on the server of U8, or U8 on the server of EAI', () => {
  const ports = wantedPorts({}, {}, false);
  const told = (env: Record<string, string>) => serviceEnv(addressesOf({ outside: outsideParts(env), simulators: [], ports, admin: [] }), ports, 9_464);
  expect(told({})).toMatchObject({ U8_URL: 'http://127.0.0.1:8082', U8_EAI_URL: 'http://127.0.0.1:8082/u8eai/import.asp' });
  expect(told({ U8_EAI_URL: 'http://10.0.0.5/U8EAI/import.asp' })).toMatchObject({ U8_URL: 'http://10.0.0.5', U8_EAI_URL: 'http://10.0.0.5/U8EAI/import.asp' });
  expect(ownSimulators(outsideParts({ U8_EAI_URL: 'http://10.0.0.5/U8EAI/import.asp' }), true)).not.toContain('u8');
});

describe('the identity provider', () => {
  const told = (env: Readonly<Record<string, string>>) => {
    const outside = outsideParts(env);
    const simulators = ownSimulators(outside, true);
    const addresses = addressesOf({ outside, simulators, ports: wantedPorts({}, {}, false), admin: [9_464] });
    return { issuer: serviceEnv(addresses, wantedPorts({}, {}, false), 9_464)['OIDC_ISSUER'], isOurs: addresses.identity !== undefined, isHeard: ownPorts(outside, simulators).includes('identity') };
  };

  it('is the demo\'s own unless somebody names another, whose settings are left as they are', () => {
    expect(told({})).toEqual({ issuer: 'http://127.0.0.1:8088', isOurs: true, isHeard: true });
    expect(told({ OIDC_ISSUER: 'https://login.example.com' })).toEqual({ issuer: undefined, isOurs: false, isHeard: false });
  });
});

describe('WeCom', () => {
  const ports = wantedPorts({}, {}, false);
  const told = (env: Readonly<Record<string, string>>, wanted = true) => {
    const outside = outsideParts(env);
    const simulators = ownSimulators(outside, wanted);
    return { env: serviceEnv(addressesOf({ outside, simulators, ports, admin: [9_464] }), ports, 9_464), isHeard: ownPorts(outside, simulators).includes('wecomAdapter'), simulators };
  };

  it('is our simulator, and its company, when nobody has set one up', () => {
    const { corpId, secret, agentId, token, encodingAesKey } = USUAL_CREDENTIALS;
    expect(told({}).env).toMatchObject({
      WECOM_URL: 'http://127.0.0.1:8086', WECOM_CORP_ID: corpId, WECOM_SECRET: secret, WECOM_AGENT_ID: String(agentId), WECOM_TOKEN: token, WECOM_ENCODING_AES_KEY: encodingAesKey, WECOM_TEMPLATE_ID: USUAL_TEMPLATE.id,
    });
    expect(told({}).isHeard).toBe(true);
  });

  it('is the company that somebody has set up, whose settings are left as they are', () => {
    const { env, isHeard, simulators } = told({ WECOM_CORP_ID: 'ww1' });
    expect([Object.keys(env).filter((name) => name.startsWith('WECOM')), isHeard, simulators.includes('wecom')]).toEqual([['WECOM_ADAPTER_HTTP_PORT'], true, false]);
  });

  it('calls our simulator\'s callbacks where somebody says, else at the adapter, and nobody where that may be anywhere', () => {
    const calls = (env: Readonly<Record<string, string>>, anyPort = false) =>
      simulatorEnv(['wecom'], wantedPorts({}, env, anyPort), { stateDir: 'state', wecomCallback: outsideParts(env).wecomCallback })['WECOM_CALLBACK_URL'];
    expect(calls({})).toBe('http://127.0.0.1:8087/v1/callbacks/wecom');
    expect(calls({}, true)).toBe('');
    expect(calls({ WECOM_ADAPTER_HTTP_PORT: '9000' }, true)).toBe('http://127.0.0.1:9000/v1/callbacks/wecom');
    expect(calls({ WECOM_CALLBACK_URL: 'http://127.0.0.1:7777/heard' })).toBe('http://127.0.0.1:7777/heard');
  });

  it('is off without either', () => {
    const { env, isHeard } = told({}, false);
    expect([env['WECOM_CORP_ID'], isHeard]).toEqual([undefined, false]);
  });
});

it('has the signing provider that is chosen, at its own address and with its own callbacks', () => {
  const ports = wantedPorts({}, {}, false);
  const told = (env: Readonly<Record<string, string>>) => serviceEnv(addressesOf({ outside: outsideParts(env), simulators: [], ports, admin: [9_464] }), ports, 9_464);
  expect(told({ ESIGN_PROVIDER: 'fasc' })).toMatchObject({ FASC_URL: 'http://127.0.0.1:8083', CONTRACT_CALLBACK_URL: 'http://127.0.0.1:8085/v1/callbacks/fasc' });
  const real = { ESIGN_PROVIDER: 'fasc', FASC_URL: 'https://api.fadada.com', ESIGN_URL: 'https://openapi.esign.cn', CONTRACT_CALLBACK_URL: 'https://mesh.example/v1/callbacks/fasc' };
  expect(told(real)).toMatchObject({ FASC_URL: 'https://api.fadada.com', CONTRACT_CALLBACK_URL: 'https://mesh.example/v1/callbacks/fasc' });
  expect(ownSimulators(outsideParts(real), true)).toEqual(['salesforce', 'u8', 'carrier', 'wecom', 'identity']);
});
