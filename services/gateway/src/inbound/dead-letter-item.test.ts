import { messageToJson } from '@order-mesh/messaging';
import { placed } from '../../test/scene.ts';
import { editedMessage, letterDetailOf } from './dead-letter-item.ts';

const before = messageToJson({ type: 'OrderPlaced', value: placed() });
const shown = () => letterDetailOf({
  letter: {
    id: '7', status: 'open', service: 'credit', topic: 't', partition: 0, offset: 5n, key: 'O1', orderId: 'O1', reason: 'handler-failed', reasonClass: 'refused-by-handler', detail: 'x', advice: 'y',
    attempts: 3, at: 0, sizeBytes: 2, type: null, sender: null, originalId: 'm', original: 't/0/5', edited: false, parentId: null, decidedBy: null, decidedAt: null, note: null, settledAt: null,
  },
  headers: {}, value: Buffer.from('ab'), message: before, lineage: [], elsewhere: [],
}, false);

describe('the message of a letter', () => {
  it('is shown with personal data masked, and no bytes unless asked for', () => {
    expect(shown()).toMatchObject({ offset: '5', rawBase64: null, message: { value: { amount: '1000', shipTo: { contact: '周*', phone: '138****5678', street: '***', city: '上海' } } } });
  });

  it('given back as it was shown, with one field changed, is changed in that field alone', () => {
    const { type, value } = shown().message ?? { type: '', value: {} };
    expect(editedMessage(before, { type, value: { ...Object(value), amount: '2000' } })).toEqual({ type, value: { ...Object(before.value), amount: '2000' } });
  });

  it('keeps what an edit leaves out, deep inside too; lists are given whole', () => {
    const edited = editedMessage(before, { value: { shipTo: { city: '苏州' }, lines: [] } });
    expect(edited).toEqual({ type: 'OrderPlaced', value: { ...Object(before.value), lines: [], shipTo: { contact: '周敏', phone: '13812345678', region: '上海', city: '苏州', street: '南京东路 1 号' } } });
  });

  it('is taken as given where nothing could be read, or another message is meant', () => {
    expect(editedMessage(null, { type: 'ReleaseCredit', value: { orderId: 'O1' } })).toEqual({ type: 'ReleaseCredit', value: { orderId: 'O1' } });
    expect(editedMessage(before, { type: 'ReleaseCredit', value: { orderId: 'O1' } })).toEqual({ type: 'ReleaseCredit', value: { orderId: 'O1' } });
  });
});
