import { X509Certificate } from 'node:crypto';
import { selfSigned } from './self-signed.ts';

describe('the self-signed certificate', () => {
  it('is one that Node reads, trusts by itself, and accepts for 127.0.0.1', () => {
    const { certificate, key } = selfSigned('Somebody', Date.UTC(2026, 2, 1));
    const read = new X509Certificate(certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(read.checkHost('localhost')).toBe('localhost');
    expect(read.ca).toBe(true);
    expect(new Date(read.validTo).getUTCFullYear()).toBe(2036);
    expect(key).toContain('PRIVATE KEY');
  });
});
