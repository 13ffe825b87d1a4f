import { sealedText } from '@order-mesh/contracts';
import { keptAddress, maskField, sealedAddressIn, shownAddress } from './mask.ts';

const address = { contact: '王芳', phone: '13812341234', region: '上海', city: '上海', street: '南京东路 1 号' };
const sealed = { contact: '', phone: '', region: '上海', city: '上海', street: sealedText({ key: 'k'.repeat(22), content: 'content' }) };
const masked = { ...address, contact: '王*', phone: '138****1234', street: '***' };

describe('a place of delivery', () => {
  it('is kept sealed as it came, or masked for good', () => {
    expect(keptAddress(sealed)).toEqual(sealed);
    expect(keptAddress(address)).toEqual(masked);
  });

  it('is shown whole to who may see contacts, masked to others, and struck out where nobody can open it', () => {
    expect(shownAddress(address, sealed, { seesContacts: true })).toEqual(address);
    expect(shownAddress(address, sealed, { seesContacts: false })).toEqual(masked);
    for (const seesContacts of [true, false]) expect(shownAddress(null, sealed, { seesContacts })).toEqual({ contact: '***', phone: '***', region: '上海', city: '上海', street: '***' });
  });

  it('is found in goods as they are kept where it is sealed', () => {
    expect(sealedAddressIn({ lines: [], shipTo: sealed })).toEqual(sealed);
    for (const goods of [{ shipTo: masked }, {}, null, undefined]) expect(sealedAddressIn(goods)).toBeNull();
  });
});

it('masks fields by the list of the contracts, and telephone numbers in what somebody says', () => {
  expect([['contact', '王芳'], ['phone', '13812341234'], ['street', '南京东路 1 号'], ['street', sealed.street], ['detail', '电话13812341234无效'], ['orderId', '13812341234'], ['decidedBy', '李娜']].map(([name = '', text = '']) => maskField(name, text)))
    .toEqual(['王*', '138****1234', '***', `sealed:${'k'.repeat(22)}`, '电话138****1234无效', '13812341234', '李娜']);
});
