import { minutes } from '@order-mesh/kernel';
import { seal } from '@order-mesh/wecom-simulator';
import { readCallback, readEcho } from './callback.ts';

const NOW = Date.UTC(2026, 5, 1, 4);
const KEYS = { token: 'demo', encodingAesKey: 'OrderMeshDemoEncodingAesKey0123456789abcdeE', corpId: 'ww1', templateId: 'T1' };

const event = ({ spNo = '202606010001', template = 'T1', kind = 'sys_approval_change' } = {}) =>
  `<xml><ToUserName>ww1</ToUserName><Event><![CDATA[${kind}]]></Event><ApprovalInfo><SpNo>${spNo}</SpNo><SpStatus>2</SpStatus><TemplateId><![CDATA[${template}]]></TemplateId></ApprovalInfo></xml>`;

function callback(text: string, { at = NOW, keys = KEYS } = {}) {
  const { encrypt, msgSignature: signature, timestamp, nonce } = seal(text, { ...keys, secret: '', agentId: 1 }, at);
  return { signature, timestamp, nonce, encrypt, body: `<xml><ToUserName>ww1</ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt><AgentID>1</AgentID></xml>` };
}

const read = ({ encrypt: _, ...sealed }: ReturnType<typeof callback>, now = NOW) => readCallback(sealed, KEYS, now);

describe('a callback of WeCom', () => {
  it('says which card changed, and is not asked how', () => {
    const sealed = callback(event());
    expect(read(sealed)).toEqual({ type: 'card-changed', heard: { spNo: '202606010001', stamp: sealed.signature } });
  });

  it('is beside the point when it is about no card of our template', () => {
    for (const text of [event({ template: 'T2' }), event({ kind: 'change_contact' }), event({ spNo: "1' or '1" }), '<xml></xml>', 'no xml', '']) {
      expect(read(callback(text))).toEqual({ type: 'beside-the-point' });
    }
  });

  it('is not believed when it is forged, changed, or meant for another company', () => {
    const good = callback(event());
    expect(read({ ...good, nonce: 'other' })).toEqual({ type: 'not-believed', why: 'its signature does not fit' });
    expect(read({ ...good, body: good.body.replace('<Encrypt>', '<Encrypted>') }).type).toBe('not-believed');
    expect(read({ ...good, body: '' }).type).toBe('not-believed');
    expect(read(callback(event(), { keys: { ...KEYS, token: 'guessed' } })).type).toBe('not-believed');
    expect(read(callback(event(), { keys: { ...KEYS, corpId: 'ww2' } }))).toEqual({ type: 'not-believed', why: 'it cannot be opened, or is meant for another company' });
  });

  it('is believed under the keys of before while they are exchanged, and no longer once they are struck out', () => {
    const before = { token: 'demo-before', encodingAesKey: 'OrderMeshOldEncodingAesKey00123456789abcdeE' };
    const { encrypt: _, ...sealed } = callback(event(), { keys: { ...KEYS, ...before } });
    expect(readCallback(sealed, { ...KEYS, before }, NOW).type).toBe('card-changed');
    expect(readCallback(sealed, KEYS, NOW).type).toBe('not-believed');
    expect(read(callback(event())).type).toBe('card-changed');
  });

  it('is not believed when it is older than five minutes, or from the future', () => {
    const good = callback(event());
    expect([-minutes(5), minutes(5)].map((later) => read(good, NOW + later).type)).toEqual(['card-changed', 'card-changed']);
    expect([-minutes(5) - 1, minutes(5) + 1].map((later) => read(good, NOW + later).type)).toEqual(['not-believed', 'not-believed']);
    expect(read({ ...good, timestamp: 'soon' }).type).toBe('not-believed');
  });

  it('reads no XML that declares anything of its own, or is cut short', () => {
    const bomb = `<!DOCTYPE xml [<!ENTITY a "202606010009"><!ENTITY b "&a;&a;&a;">]>`;
    for (const text of [`${bomb}${event({ spNo: '&a;' })}`, `${bomb}${event()}`, event().slice(0, -8)]) expect(read(callback(text))).toEqual({ type: 'beside-the-point' });
    const good = callback(event());
    expect(read({ ...good, body: `${bomb}${good.body}` }).type).toBe('not-believed');
  });

  it('tells the text behind an echostr to nobody but WeCom', () => {
    const sealed = callback('1616140317555161061');
    expect(readEcho(sealed, KEYS, NOW)).toBe('1616140317555161061');
    expect(readEcho({ ...sealed, signature: '00' }, KEYS, NOW)).toEqual({ why: 'its signature does not fit' });
    expect(readEcho(callback(event()), KEYS, NOW)).toEqual({ why: 'it is no question of the console' });
    expect(readEcho(sealed, KEYS, NOW + minutes(6))).toEqual({ why: 'its stamp is not within five minutes of now' });
  });
});
