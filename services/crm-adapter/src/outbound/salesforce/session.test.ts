import { isTheirs } from './session.ts';

const settings = { url: 'https://login.salesforce.com', hosts: ['.salesforce.com', '.sfcrmapps.cn', 'crm.factory.example'] };

it('carries our token to hosts of Salesforce alone, wherever a sign-in sends us', () => {
  const sent = (instanceUrl: string) => isTheirs(instanceUrl, settings);
  expect(['https://factory.my.salesforce.com', 'https://factory.my.sfcrmapps.cn', 'https://crm.factory.example', 'https://login.salesforce.com'].map(sent)).toEqual([true, true, true, true]);
  expect(['https://salesforce.com.attacker.example', 'https://notsalesforce.com', 'http://factory.my.salesforce.com', 'https://169.254.169.254', 'http://127.0.0.1:8081', 'https://a.crm.factory.example', 'file:///etc/passwd', ''].map(sent)).toEqual(Array.from({ length: 8 }, () => false));
});

it('stays on the host that was configured, as with the simulator', () => {
  expect([isTheirs('http://127.0.0.1:8081', { url: 'http://127.0.0.1:8081', hosts: [] }), isTheirs('http://127.0.0.1:9999', { url: 'http://127.0.0.1:8081', hosts: [] })]).toEqual([true, true]);
});
