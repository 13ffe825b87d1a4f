import { cipherOf, openUnder, sealUnder } from './cipher.ts';

const MASTER = 'a-master-key-of-32-characters-or-more';
const { make, unwrap, personOf, print } = cipherOf(MASTER);
const CONTACT = JSON.stringify(['王芳', '13812341234', '南京东路 1 号']);

describe('a sealed contact', () => {
  it('is read under its key and for its order, and by nobody else', () => {
    const { key } = make();
    const sealed = sealUnder(key, 'O1', CONTACT);
    expect(openUnder(key, 'O1', sealed)).toBe(CONTACT);
    expect(openUnder(key, 'O2', sealed)).toBeNull();
    expect(openUnder(make().key, 'O1', sealed)).toBeNull();
    for (const changed of [`A${sealed.slice(1)}`, sealed.slice(0, -4), '', 'no base64']) expect(openUnder(key, 'O1', changed)).toBeNull();
  });

  it('is the same bytes for the same order, so that a copy of a message equals it, and other bytes for another', () => {
    const { key } = make();
    expect(sealUnder(key, 'O1', CONTACT)).toBe(sealUnder(key, 'O1', CONTACT));
    expect(sealUnder(key, 'O1', CONTACT)).not.toBe(sealUnder(key, 'O2', CONTACT));
  });

  it('takes 98 signs for a contact of 45 bytes', () => {
    expect([Buffer.byteLength(CONTACT), sealUnder(make().key, 'O1', CONTACT).length]).toEqual([45, 98]);
  });
});

describe('a master key', () => {
  it('unwraps what it wrapped, the same in another process, and nothing else', () => {
    const { key, wrapped } = make();
    expect(cipherOf(MASTER).unwrap(key.id, wrapped)).toEqual(key);
    expect(unwrap('another key', wrapped)).toBeNull();
    expect(cipherOf(`${MASTER}!`).unwrap(key.id, wrapped)).toBeNull();
    expect(cipherOf(`${MASTER}!`).print).not.toBe(print);
  });

  it('names a person without telling who it is', () => {
    expect(personOf(['C1', '王芳', '13812341234'])).toBe(personOf(['C1', '王芳', '13812341234']));
    expect(personOf(['C1', '王芳', '13812341234'])).not.toBe(personOf(['C2', '王芳', '13812341234']));
    expect(personOf(['C1', '王芳', '13812341234'])).not.toMatch(/王芳|1381234/);
  });
});
