import { hushed, whyClosed } from './hush.ts';

const address = { contact: '王芳', phone: '13812341234', region: '上海', city: '上海', street: '南京东路 1 号' };

it('strikes out of a refusal what the partner was told, whatever it quotes', () => {
  expect(hushed({ type: 'refused', reason: 'refused-by-carrier', detail: '1016 收件电话13812341234、021-66660000无效：王芳，南京东路 1 号' }, address))
    .toEqual({ type: 'refused', reason: 'refused-by-carrier', detail: '1016 收件电话***、021****0000无效：***，***' });
  expect(hushed({ type: 'answered', answer: '13812341234' }, address)).toEqual({ type: 'answered', answer: '13812341234' });
});

it('tells an order that was placed just before its contact was erased to come again', () => {
  expect(whyClosed('erased')).toMatchObject({ type: 'refused', reason: 'contact-erased', detail: expect.stringContaining('place the order anew') });
});
