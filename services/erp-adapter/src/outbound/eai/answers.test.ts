import fc from 'fast-check';
import { queriedIn, writtenIn } from './answers.ts';

const done = '<?xml version="1.0" encoding="utf-8"?><ufinterface roottag="return"><item key="SO-1" succeed="0" dsc="ok" u8key="1000000001"/></ufinterface>';
const no = '<ufinterface roottag="return"><item key="SO-1" succeed="-1" dsc="客户编码[C9]不存在 &lt;&amp;&gt;" u8key=""/></ufinterface>';
const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
const found = `<ufinterface roottag="saleorder" proc="add" timestamp="0x00000000000F4241"><saleorder><header><id>1</id><code>SO-1</code><verifier>demo</verifier></header>
  <body><entry><sum>0012.5000</sum></entry></body></saleorder></ufinterface>`;

describe('what EAI says to a write', () => {
  it.each([
    [done, { type: 'done' }],
    ['<ufinterface><u8apireturn issuccess="true"/></ufinterface>', { type: 'done' }],
    [no, { type: 'refused', words: '客户编码[C9]不存在 <&>' }],
    ['<ufinterface><u8apireturn issuccess="false"><error>单据号重复</error></u8apireturn></ufinterface>', { type: 'refused', words: '单据号重复' }],
    ['<ufinterface><item succeed="-1" dsc="外部系统[099]未注册"/></ufinterface>', { type: 'unavailable', detail: 'U8 EAI: 外部系统[099]未注册' }],
  ])('reads %s', (body, meaning) => {
    expect(writtenIn(body)).toEqual(meaning);
  });

  it.each(['', ' ', page, '{"errcode":"0"}', '<ufinterface/>', '<ufinterface><item/></ufinterface>', '<ufinterface><item succeed=""/></ufinterface>', '<item succeed="0"/>', `${done}${done}`,
    '<!DOCTYPE x [<!ENTITY a "b">]><ufinterface><item succeed="0" dsc="&a;"/></ufinterface>'])('takes %j for no answer', (body) => {
    expect(writtenIn(body)).toMatchObject({ type: 'unknown' });
  });

  it('takes no beginning of an answer for an answer, wherever it ends', () => {
    for (const whole of [done, no, found]) {
      for (let length = 0; length < whole.length; length += 1) {
        expect(writtenIn(whole.slice(0, length))).toMatchObject({ type: 'unknown' });
        expect(queriedIn(whole.slice(0, length), 'saleorder')).toMatchObject({ type: 'unknown' });
      }
    }
  });

  it('never throws, whatever comes', () => {
    const noise = fc.array(fc.oneof(fc.string(), fc.constantFrom('<ufinterface', '<item', ' succeed="0"', '/>', '>', '</ufinterface>', '<__proto__>', '&#0;', '<![CDATA['))).map((parts) => parts.join(''));
    fc.assert(fc.property(noise, (body) => ['done', 'refused', 'unavailable', 'unknown'].includes(writtenIn(body).type) && queriedIn(body, 'x').type.length > 0), { numRuns: 500 });
  });
});

describe('what EAI says to a query', () => {
  it('reads documents with their state, their lines, and digits as they are written', () => {
    expect(queriedIn(found, 'saleorder')).toEqual({
      type: 'found', timestamp: '0x00000000000F4241', rows: [{ id: '1', code: 'SO-1', verifier: 'demo', state: '审核', entry: [{ sum: '0012.5000' }] }],
    });
  });

  it('tells nothing found from nothing said', () => {
    expect(queriedIn('<ufinterface roottag="saleorder" timestamp="0x01"/>', 'saleorder')).toEqual({ type: 'found', rows: [], timestamp: '0x01' });
    expect(queriedIn('<ufinterface roottag="return"><item succeed="-1" dsc="没有符合条件的数据"/></ufinterface>', 'saleorder')).toEqual({ type: 'found', rows: [], timestamp: '' });
    expect(queriedIn('<ufinterface roottag="oughtreceive"/>', 'saleorder')).toMatchObject({ type: 'unknown' });
    expect(queriedIn(done, 'saleorder')).toMatchObject({ type: 'unknown' });
    expect(queriedIn(no, 'saleorder')).toMatchObject({ type: 'refused' });
  });

  it('reads a long list, escaped names and all', () => {
    const rows = '<customer><header><code>C1</code><name>A &amp; B &lt;C&gt;</name></header></customer>'.repeat(5_000);
    const read = queriedIn(`<ufinterface roottag="customer" timestamp="0x01">${rows}</ufinterface>`, 'customer');
    expect(read.type === 'found' && [read.rows.length, read.rows.at(-1)]).toEqual([5_000, { code: 'C1', name: 'A & B <C>', state: '开立', entry: [] }]);
  });
});
