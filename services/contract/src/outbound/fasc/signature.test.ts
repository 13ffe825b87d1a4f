import { fascSignature } from './signature.ts';

// Computed with the algorithm of the official Python SDK and published with a public guide to the API
const KNOWN = '45a459b6af348e6ff2b3e5727823c54f4e5f4e23eea22e916d8da6befefe25bf';

it('signs as the official SDKs do, whatever the order of the parameters', () => {
  const parameters = {
    'bizContent': '{"signTaskId":"1"}', 'X-FASC-AccessToken': 'tok', 'X-FASC-Api-SubVersion': '5.1', 'X-FASC-App-Id': '00000000', 'X-FASC-Nonce': 'a'.repeat(32),
    'X-FASC-Sign-Type': 'HMAC-SHA256', 'X-FASC-Timestamp': '1757570000000', 'X-FASC-Grant-Type': '',
  };
  expect(fascSignature(parameters, '1757570000000', 'dummysecret')).toBe(KNOWN);
  expect(fascSignature({ ...parameters, bizContent: '{"signTaskId":"2"}' }, '1757570000000', 'dummysecret')).not.toBe(KNOWN);
});
