import { minutes } from '@order-mesh/kernel';
import { readConfig, type Env } from '@order-mesh/platform';
import { readErpAdapterConfig } from './config.ts';

const config = (env: Env) => readConfig(env, () => '', readErpAdapterConfig);

it('reaches U8 through its OpenAPI when nobody says otherwise', () => {
  expect(config({})).toMatchObject({ u8: { mode: 'openapi', url: 'http://127.0.0.1:8082', timeout: 10_000 }, concurrency: 8 });
});

it('has U8 answer at once, or later when told to', () => {
  expect(config({})).toMatchObject({ u8: { resultWithin: null } });
  expect(config({ U8_ORDER_ANSWERS: 'later' })).toMatchObject({ u8: { resultWithin: minutes(10) } });
  expect(config({ U8_ORDER_ANSWERS: 'later', U8_RESULT_MINUTES: '45' })).toMatchObject({ u8: { resultWithin: minutes(45) } });
});

it('lets one company have the whole rate unless told otherwise', () => {
  expect(config({ U8_BOOKINGS_PER_SECOND: '40' })).toMatchObject({ bookingsPerSecond: 40, companyBookingsPerSecond: 40 });
  expect(config({ U8_COMPANY_BOOKINGS_PER_SECOND: '5' })).toMatchObject({ bookingsPerSecond: 100, companyBookingsPerSecond: 5 });
});

it('goes slower through EAI, and takes its address and sender from nowhere but the environment', () => {
  expect(config({ U8_MODE: 'eai', U8_EAI_URL: 'http://u8/u8eai/import.asp', U8_EAI_SENDER: '017' })).toMatchObject({
    u8: { mode: 'eai', url: 'http://u8/u8eai/import.asp', sender: '017', timeout: 30_000, document: { taxRate: '13' } }, concurrency: 2,
  });
});

it('says everything that is missing or wrong at once, with what to set', () => {
  expect(() => config({ U8_MODE: 'eai', U8_TAX_RATE: '0.13' })).toThrow(expect.objectContaining({
    code: 'BAD_CONFIG',
    advice: 'U8_EAI_URL must be an address such as http://<U8 server>/u8eai/import.asp, got ""; U8_EAI_SENDER must be set; U8_TAX_RATE must be a whole number of percent, got "0.13"',
  }));
  expect(() => config({ U8_MODE: 'xml' })).toThrow(expect.objectContaining({ advice: 'U8_MODE must be one of openapi, eai, got "xml"' }));
});
