import { createServer, type Server } from 'node:http';
import { createDecipheriv } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { msgSignature, startWecom, USUAL_CREDENTIALS, USUAL_TEMPLATE, type WecomOptions } from '../src/index.ts';

type Body = Record<string, unknown>;

const application = (approvalId: string, more: Body = {}): Body => ({
  creator_userid: 'MeshBot', template_id: USUAL_TEMPLATE.id, use_template_approver: 0, approver: [{ attr: 1, userid: ['ZhangWei', 'LiNa'] }],
  apply_data: { contents: USUAL_TEMPLATE.controls.map(({ control, id, title }) => (
    { control, id, value: control === 'Money' ? { new_money: '3300.00' } : { text: title === '审批编号' ? approvalId : title } })) },
  summary_list: [{ summary_info: [{ text: '订单 A1', lang: 'zh_CN' }] }], ...more,
});

describe('WeCom as its callers know it', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => { for (const one of open.splice(0)) await one.close(); });

  async function begin(options: Partial<WecomOptions> = {}) {
    const wecom = await startWecom({ port: 0, callbackRetryMs: [10, 10, 10], ...options });
    open.push(wecom);
    const get = async (path: string): Promise<Body> => (await fetch(`${wecom.url}${path}`)).json() as Promise<Body>;
    const token = async (secret = USUAL_CREDENTIALS.secret) => get(`/cgi-bin/gettoken?corpid=${USUAL_CREDENTIALS.corpId}&corpsecret=${secret}`);
    const post = async (path: string, body: Body, accessToken?: string): Promise<Body> => {
      const pass = accessToken ?? String((await token())['access_token']);
      const response = await fetch(`${wecom.url}/cgi-bin${path}?access_token=${pass}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      expect(response.status).toBe(200);
      return response.json() as Promise<Body>;
    };
    return { wecom, get, token, post, apply: async (id: string, more?: Body) => String((await post('/oa/applyevent', application(id, more)))['sp_no']) };
  }

  it('lets nobody in without a token that is good', async () => {
    const { wecom, token, post } = await begin();
    expect(await token('guessed')).toMatchObject({ errcode: 40001 });
    expect(await token()).toMatchObject({ errcode: 0, expires_in: 7_200 });
    expect((await token())['access_token']).toBe((await token())['access_token']);
    expect(await post('/oa/gettemplatedetail', {}, 'guessed')).toMatchObject({ errcode: 40014 });
    const old = String((await token())['access_token']);
    wecom.expireTokens();
    expect(await post('/oa/gettemplatedetail', {}, old)).toMatchObject({ errcode: 42001 });
    expect(await post('/oa/gettemplatedetail', { template_id: USUAL_TEMPLATE.id })).toMatchObject({ errcode: 0 });
    wecom.change({ callsPerMinute: 2 });
    expect([await post('/message/send', {}), await post('/message/send', {}), await post('/message/send', {})].map(({ errcode }) => errcode)).toEqual([40056, 40056, 45009]);
  });

  it('makes two cards of one application that comes twice, and shows who decided', async () => {
    const { wecom, post, apply } = await begin();
    const [first, second] = [await apply('A1:credit'), await apply('A1:credit')];
    expect(second).not.toBe(first);
    expect(wecom.act(first, { userid: 'WangFang', act: 'approve' })).toBe("it is not WangFang's turn");
    expect(wecom.act(first, { userid: 'LiNa', act: 'reject', speech: '不行' })).toBeUndefined();
    const { info } = await post('/oa/getapprovaldetail', { sp_no: first });
    expect(info).toMatchObject({ sp_no: first, sp_status: 3, applyer: { userid: 'MeshBot' }, sp_record: [{ sp_status: 3, approverattr: 1, details: [{ sp_status: 1 }, { approver: { userid: 'LiNa' }, speech: '不行', sp_status: 3 }] }] });
    expect((info as { apply_data: { contents: Body[] } }).apply_data.contents[0]).toEqual({ control: 'Text', id: USUAL_TEMPLATE.controls[0]?.id, title: [{ text: '审批编号', lang: 'zh_CN' }], value: { text: 'A1:credit' } });
    expect(wecom.act(first, { userid: 'ZhangWei', act: 'approve' })).toBe(`approval ${first} is closed`);
    expect(await post('/oa/getapprovaldetail', { sp_no: '1' })).toMatchObject({ errcode: 301025 });
  });

  it('asks all of a 会签, one of a 或签, and follows a card that is handed on', async () => {
    const { wecom, post, apply } = await begin();
    const all = await apply('A1:credit', { approver: [{ attr: 2, userid: ['ZhangWei', 'LiNa'] }] });
    const status = async (spNo: string) => ((await post('/oa/getapprovaldetail', { sp_no: spNo }))['info'] as Body)['sp_status'];
    wecom.act(all, { userid: 'ZhangWei', act: 'approve' });
    expect(await status(all)).toBe(1);
    wecom.act(all, { userid: 'LiNa', act: 'transfer', to: 'WangFang' });
    wecom.act(all, { userid: 'WangFang', act: 'approve' });
    expect(await status(all)).toBe(2);
    const any = await apply('A2:credit');
    wecom.act(any, { userid: 'LiNa', act: 'approve' });
    expect(await status(any)).toBe(2);
  });

  it('refuses what the template does not take', async () => {
    const { post } = await begin();
    const tries = [application('A', { template_id: 'x' }), application('A', { creator_userid: 'Nobody' }), application('A', { approver: [{ attr: 1, userid: ['Nobody'] }] }),
      application('A', { approver: [] }), application('A', { apply_data: { contents: [] } }), application('A', { summary_list: [] })];
    expect(await Promise.all(tries.map(async (body) => (await post('/oa/applyevent', body))['errcode']))).toEqual([301025, 60111, 60111, 301025, 301025, 301025]);
  });

  it('lists numbers by time, template and status, a page at a time', async () => {
    const { wecom, post, apply } = await begin();
    const numbers = [await apply('A1'), await apply('A2'), await apply('A3')];
    wecom.act(numbers[1] ?? '', { userid: 'LiNa', act: 'approve' });
    const now = Math.floor(Date.now() / 1_000);
    const list = async (more: Body) => post('/oa/getapprovalinfo', { starttime: String(now - 60), endtime: String(now + 60), new_cursor: '', size: 100, ...more });
    expect(await list({ filters: [{ key: 'template_id', value: USUAL_TEMPLATE.id }] })).toMatchObject({ sp_no_list: numbers });
    expect(await list({ filters: [{ key: 'sp_status', value: '2' }] })).toMatchObject({ sp_no_list: [numbers[1]] });
    const page = await list({ size: 2 });
    expect(page).toMatchObject({ sp_no_list: numbers.slice(0, 2), new_next_cursor: '2' });
    expect(await list({ size: 2, new_cursor: page['new_next_cursor'] })).toEqual({ errcode: 0, errmsg: 'ok', sp_no_list: numbers.slice(2) });
    expect(await list({ starttime: '0' })).toMatchObject({ errcode: 301025 });
  });

  it('delivers a message once where copies are looked for, and says who is unknown', async () => {
    const { wecom, post, get } = await begin();
    const message = { touser: 'LiNa|Nobody', msgtype: 'text', agentid: USUAL_CREDENTIALS.agentId, text: { content: '您好' }, enable_duplicate_check: 1 };
    expect(await post('/message/send', message)).toMatchObject({ errcode: 0, invaliduser: 'Nobody' });
    expect(await post('/message/send', message)).toMatchObject({ errcode: 0 });
    expect(await post('/message/send', { ...message, touser: 'Nobody' })).toMatchObject({ errcode: 81013 });
    expect((await get('/_sim/ledger'))['messages']).toEqual([expect.objectContaining({ to: ['LiNa'], text: '您好' })]);
    expect(wecom.port).toBeGreaterThan(0);
  });

  it('remembers its approvals after a restart', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'wecom-'));
    const first = await begin({ stateDir });
    const number = await first.apply('A1');
    await first.wecom.close();
    open.pop();
    const second = await begin({ stateDir });
    expect(await second.post('/oa/getapprovaldetail', { sp_no: number })).toMatchObject({ errcode: 0 });
    rmSync(stateDir, { recursive: true });
  });

  /** An application that notes what it is told; answers 500 so often before it answers 200. */
  async function listener(failures = 0): Promise<{ readonly url: string; readonly heard: { query: URLSearchParams; body: string }[] }> {
    const heard: { query: URLSearchParams; body: string }[] = [];
    const server: Server = createServer((request, response) => {
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      let body = '';
      request.on('data', (part) => { body += part; });
      request.on('end', () => {
        const echo = query.get('echostr');
        if (echo !== null) return void response.end(opened(echo).text);
        heard.push({ query, body });
        response.writeHead(heard.length <= failures ? 500 : 200).end();
      });
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    open.push({ close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }) });
    const address = server.address();
    return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/hear`, heard };
  }

  function opened(encrypt: string): { readonly text: string; readonly receiver: string } {
    const key = Buffer.from(`${USUAL_CREDENTIALS.encodingAesKey}=`, 'base64');
    const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const plain = Buffer.concat([cipher.update(encrypt, 'base64'), cipher.final()]);
    const length = plain.readUInt32BE(16);
    return { text: plain.subarray(20, 20 + length).toString(), receiver: plain.subarray(20 + length, plain.length - (plain.at(-1) ?? 0)).toString() };
  }

  const soon = async (isTrue: () => boolean) => {
    for (const end = Date.now() + 5_000; !isTrue() && Date.now() < end;) await new Promise((resolve) => { setTimeout(resolve, 10); });
    expect(isTrue()).toBe(true);
  };

  it('tells each change encrypted and signed, again when it is not answered, and no more than four times', async () => {
    const { url, heard } = await listener(2);
    const { wecom, apply } = await begin({ callbackUrl: url });
    const number = await apply('A1');
    await soon(() => heard.length === 3);
    const [first] = heard;
    const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(first?.body ?? '')?.[1] ?? '';
    const [signature = '', timestamp = '', nonce = ''] = ['msg_signature', 'timestamp', 'nonce'].map((name) => first?.query.get(name) ?? '');
    expect(signature).toBe(msgSignature(USUAL_CREDENTIALS.token, timestamp, nonce, encrypt));
    expect(opened(encrypt)).toEqual({ receiver: USUAL_CREDENTIALS.corpId, text: expect.stringContaining(`<SpNo>${number}</SpNo>`) });
    wecom.faults.add([{ match: '<StatuChangeEvent>2', dropAfterCommit: true }]);
    wecom.act(number, { userid: 'LiNa', act: 'approve' });
    await soon(() => heard.length === 7);
    expect((await (await fetch(`${wecom.url}/_sim/ledger`)).json() as Body)['callbacks']).toEqual({ heard: 1, unheard: 1 });
  });

  it('saves an address only when it can answer the question behind echostr', async () => {
    const { url } = await listener();
    const { wecom } = await begin();
    const save = async (address: string) => (await fetch(`${wecom.url}/_sim/callback-url`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ url: address }) })).status;
    expect(await save(url)).toBe(200);
    expect(await save(`${wecom.url}/elsewhere`)).toBe(400);
  });

  it('lets people decide by themselves when it is told to', async () => {
    const { wecom, apply } = await begin({ settings: { decideAfterMs: 20, decision: 'reject' } });
    await apply('A1');
    const status = async () => ((await (await fetch(`${wecom.url}/_sim/ledger`)).json()) as { approvals: { status: number }[] }).approvals[0]?.status;
    let seen: number | undefined;
    const look = setInterval(() => { void status().then((found) => { seen = found; }); }, 20);
    await soon(() => seen === 3);
    clearInterval(look);
  });
});
