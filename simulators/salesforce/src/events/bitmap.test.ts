import { sobject } from '../records/schema.ts';
import { bitmaps } from './bitmap.ts';
import { eventFields } from './fields.ts';

describe('the bitmap of changed fields', () => {
  const fields = eventFields(sobject('Order'));
  const place = (name: string) => fields.findIndex((field) => field.name === name) + 1;

  it('sets the bit at the place a field has in the schema, the header being number 0', () => {
    const [bitmap] = bitmaps(fields, ['Status']);
    expect(Number(bitmap)).toBe(2 ** place('Status'));
  });

  it('names the parts of a compound field by its place', () => {
    expect(bitmaps(fields, ['ShippingState'])).toEqual([`${place('ShippingAddress')}-0x04`]);
  });

  it('is empty when nothing changed', () => {
    expect(bitmaps(fields, [])).toEqual([]);
  });
});
