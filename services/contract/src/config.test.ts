import { readConfig, type Env } from '@order-mesh/platform';
import { readContractConfig } from './config.ts';

const read = (env: Env) => readConfig(env, () => '', readContractConfig).provider;

it('signs with the e签宝 simulator of this machine when nothing is set, and with that of 法大大 when it is chosen', () => {
  expect(read({})).toMatchObject({ name: 'esign', esign: { appId: '7439000001', callbackUrl: 'http://127.0.0.1:8085/v1/callbacks/esign' } });
  expect(read({ ESIGN_PROVIDER: 'fasc' })).toMatchObject({
    name: 'fasc', fasc: { url: 'http://127.0.0.1:8088', openCorpId: 'demo-fasc-corp', callbackUrl: 'http://127.0.0.1:8085/v1/callbacks/fasc' },
  });
});

it('wants the credentials of a real provider, all told at once', () => {
  expect(() => read({ ESIGN_URL: 'https://openapi.esign.cn' })).toThrow(expect.objectContaining({ advice: 'ESIGN_APP_ID must be set; ESIGN_APP_SECRET must be set' }));
  expect(() => read({ ESIGN_PROVIDER: 'fasc', FASC_URL: 'https://api.fadada.com/api/v5', FASC_APP_ID: '1' })).toThrow(
    expect.objectContaining({ advice: 'FASC_APP_SECRET must be set; FASC_OPEN_CORP_ID must be set' }));
});

it('sets no seal of its own accord at the real 法大大 unless told in which scene, and knows no third provider', () => {
  const real = { ESIGN_PROVIDER: 'fasc', FASC_URL: 'https://api.fadada.com/api/v5/', FASC_APP_ID: '1', FASC_APP_SECRET: '2', FASC_OPEN_CORP_ID: '3' };
  expect(read(real)).toMatchObject({ fasc: { url: 'https://api.fadada.com', freeSignBusinessId: '' } });
  expect(() => read({ ESIGN_PROVIDER: 'docusign' })).toThrow(expect.objectContaining({ advice: 'ESIGN_PROVIDER must be one of esign, fasc, got "docusign"' }));
});
