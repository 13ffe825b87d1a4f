import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader, Env } from '@order-mesh/platform';
import type { Approvers } from './domain/approvers.ts';
import { isRole, type AlertRoles } from './domain/routing.ts';
import type { CallbackKeys } from './inbound/envelope.ts';
import type { Audience } from './outbound/message-desk.ts';
import type { CardSettings } from './outbound/wecom/cards.ts';
import type { WecomAccess } from './outbound/wecom/client.ts';

export interface WecomConfig {
  readonly httpPort: number;
  readonly access: WecomAccess;
  readonly agentId: number;
  readonly keys: CallbackKeys;
  readonly cards: CardSettings;
  readonly approvers: Approvers;
  /** Names to record decisions under, by userid. */
  readonly names: ReadonlyMap<string, string>;
  readonly audience: Audience;
  /** Userids of the roles that rules send alerts to; those of a role that is not set up go to the audience. */
  readonly alertRoles: AlertRoles;
  /** At most one message about everything new so often. */
  readonly alertEvery: Duration;
  /** Pause between two looks at an open card. */
  readonly checkEvery: Duration;
}

const SETTINGS = ['WECOM_CORP_ID', 'WECOM_SECRET', 'WECOM_AGENT_ID', 'WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY', 'WECOM_TEMPLATE_ID', 'WECOM_APPLICANT', 'WECOM_APPROVERS'];

/** Whether anybody has begun to set WeCom up; what is missing then is told at the start. */
export const isWecomWanted = (env: Env): boolean => SETTINGS.some((name) => Boolean(env[name] || env[`${name}_FILE`]));

export function readWecomConfig(read: ConfigReader): WecomConfig {
  const corpId = read.text('WECOM_CORP_ID');
  const before = { token: read.text('WECOM_TOKEN_BEFORE', ''), encodingAesKey: read.text('WECOM_ENCODING_AES_KEY_BEFORE', '') };
  const url = read.text('WECOM_URL', 'https://qyapi.weixin.qq.com');
  const secret = secretAt(read, url);
  const encodingAesKey = secret('WECOM_ENCODING_AES_KEY', 'OrderMeshDemoEncodingAesKey0123456789abcdeE');
  const agentId = read.text('WECOM_AGENT_ID');
  const applicant = read.text('WECOM_APPLICANT');
  const approvers = listsIn(read.text('WECOM_APPROVERS'));
  const audience = { users: namesIn(read.text('WECOM_ALERT_USERS', '')), parties: namesIn(read.text('WECOM_ALERT_PARTIES', '')) };
  const alertRoles = listsIn(read.text('WECOM_ALERT_ROLES', ''));
  read.check(encodingAesKey === '' || /^[A-Za-z0-9+/]{43}$/.test(encodingAesKey), 'WECOM_ENCODING_AES_KEY must be the 43 letters and digits that the console shows as EncodingAESKey');
  read.check((before.token === '') === (before.encodingAesKey === ''), 'WECOM_TOKEN_BEFORE and WECOM_ENCODING_AES_KEY_BEFORE belong together: set both while the console exchanges them, then neither');
  read.check(agentId === '' || /^\d{1,12}$/.test(agentId), `WECOM_AGENT_ID must be the application's number, got "${agentId}"`);
  read.check([...approvers.values()].every((userids) => userids.length > 0), 'WECOM_APPROVERS must be such as "regional-manager/江苏省=ZhangWei|LiNa, regional-manager=WangFang"');
  // WeCom may pass a card by itself where the one who applies is the one who decides
  read.check(![...approvers.values()].some((userids) => userids.includes(applicant)), `WECOM_APPLICANT ${applicant} must not be one of WECOM_APPROVERS: nobody decides what is asked in his own name`);
  read.check(audience.users.length + audience.parties.length > 0, 'set WECOM_ALERT_USERS ("ZhangWei|LiNa") or WECOM_ALERT_PARTIES (numbers of departments, "2|5"): who is told of orders that need a person');
  read.check([...alertRoles].every(([role, userids]) => isRole(role) && userids.length > 0), 'WECOM_ALERT_ROLES must be such as "purchasing=LiNa|ZhangWei, sales-director=WangFang", of the roles that the decision point alert can send to');
  return {
    httpPort: read.whole('WECOM_ADAPTER_HTTP_PORT', 8087, 'a port number'),
    access: { url, corpId, secret: secret('WECOM_SECRET', 'demo-wecom-secret') },
    agentId: Number(agentId),
    keys: { token: secret('WECOM_TOKEN', 'demoWecomToken'), encodingAesKey, corpId, ...(before.token !== '' && { before }) },
    cards: { templateId: read.text('WECOM_TEMPLATE_ID'), applicant },
    approvers,
    names: new Map([...listsIn(read.text('WECOM_NAMES', ''))].flatMap(([userid, [name]]) => (name === undefined ? [] : [[userid, name]]))),
    audience,
    alertRoles,
    alertEvery: read.duration('WECOM_ALERT_SECONDS', 60, 'seconds'),
    checkEvery: read.duration('WECOM_CHECK_SECONDS', 60, 'seconds'),
  };
}

/** Must be set, and must not be the simulator's, which everybody knows. */
function secretAt(read: ConfigReader, at: string): (name: string, known: string) => string {
  return (name, known) => (read.text(name) === '' ? '' : read.secret(name, { known, at }));
}

/** Reads "a=x|y, b=z"; what is not of that form has an empty list. */
function listsIn(text: string): ReadonlyMap<string, readonly string[]> {
  const entries = text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  return new Map(entries.map((entry) => {
    const [name = '', list = ''] = entry.split('=').map((part) => part.trim());
    return [name, namesIn(list)];
  }));
}

const namesIn = (text: string): readonly string[] => text.split('|').map((name) => name.trim()).filter((name) => name !== '');
