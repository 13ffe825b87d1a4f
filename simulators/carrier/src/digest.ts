import { createHash } from 'node:crypto';

/** A customer of the carrier's open platform. */
export interface CarrierCredentials {
  readonly partnerId: string;
  readonly checkword: string;
}

export const USUAL_CREDENTIALS: CarrierCredentials = { partnerId: 'ORDERMESH', checkword: 'demo-checkword' };

/** b64(md5(urlencode(msgData + timestamp + checkword))), encoded as a form is: blanks become "+". */
export function msgDigest(msgData: string, timestamp: string, checkword: string): string {
  const encoded = new URLSearchParams([['', `${msgData}${timestamp}${checkword}`]]).toString().slice(1);
  return createHash('md5').update(encoded).digest('base64');
}
