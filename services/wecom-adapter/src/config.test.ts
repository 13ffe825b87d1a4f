import { readConfig, type Env } from '@order-mesh/platform';
import { isWecomWanted, readWecomConfig } from './config.ts';

const SET: Env = {
  WECOM_CORP_ID: 'ww1', WECOM_SECRET: 's', WECOM_AGENT_ID: '1000002', WECOM_TOKEN: 't', WECOM_ENCODING_AES_KEY: 'OrderMeshDemoEncodingAesKey0123456789abcdeE', WECOM_TEMPLATE_ID: 'T1',
  WECOM_APPLICANT: 'MeshBot', WECOM_APPROVERS: 'regional-manager/江苏省=LiNa|ZhangWei, regional-manager=ZhangWei', WECOM_ALERT_USERS: 'LiNa',
};
const read = (env: Env) => readConfig(env, () => '', readWecomConfig);

it('reads who may decide, by region or by role, and under which names', () => {
  const { approvers, names, access } = read({ ...SET, WECOM_NAMES: 'LiNa=李娜, ZhangWei=张伟' });
  expect(Object.fromEntries(approvers)).toEqual({ 'regional-manager/江苏省': ['LiNa', 'ZhangWei'], 'regional-manager': ['ZhangWei'] });
  expect(names.get('LiNa')).toBe('李娜');
  expect(access.url).toBe('https://qyapi.weixin.qq.com');
});

it('reads who is told what is for a role', () => {
  expect(Object.fromEntries(read({ ...SET, WECOM_ALERT_ROLES: 'purchasing=LiNa|ZhangWei, sales-director=WangFang' }).alertRoles)).toEqual({ purchasing: ['LiNa', 'ZhangWei'], 'sales-director': ['WangFang'] });
});

it('names everything that is missing at once', () => {
  expect(() => read({ WECOM_CORP_ID: 'ww1' })).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', advice: expect.stringMatching(
    /WECOM_ENCODING_AES_KEY must be set; WECOM_AGENT_ID must be set; WECOM_APPLICANT must be set; WECOM_APPROVERS must be set; set WECOM_ALERT_USERS .*WECOM_SECRET must be set; WECOM_TOKEN must be set; WECOM_TEMPLATE_ID must be set/) }));
});

it.each([
  ['a key cut short', { WECOM_ENCODING_AES_KEY: 'short' }, 'WECOM_ENCODING_AES_KEY must be the 43 letters and digits'],
  ['an agent without a number', { WECOM_AGENT_ID: 'mesh' }, 'WECOM_AGENT_ID must be the application\'s number, got "mesh"'],
  ['a role without people', { WECOM_APPROVERS: 'regional-manager' }, 'WECOM_APPROVERS must be such as'],
  ['alerts for a role that no rule can name', { WECOM_ALERT_ROLES: 'cleaning=LiNa' }, 'WECOM_ALERT_ROLES must be such as'],
  ['an applicant who would decide', { WECOM_APPLICANT: 'LiNa' }, 'WECOM_APPLICANT LiNa must not be one of WECOM_APPROVERS'],
])('refuses %s, with the fix', (_what, change, advice) => {
  expect(() => read({ ...SET, ...change })).toThrow(expect.objectContaining({ advice: expect.stringContaining(advice) }));
});

it('is wanted as soon as anybody has begun to set it up', () => {
  expect([{}, { WECOM_URL: 'x' }, { WECOM_CORP_ID: '' }, { WECOM_TOKEN: 't' }, { WECOM_SECRET_FILE: '/run/secret' }].map(isWecomWanted)).toEqual([false, false, false, true, true]);
});
