import { createHash } from 'node:crypto';

/** The digest 丰桥 wants beside each message: Base64(MD5(URL-encoded(msgData + timestamp + checkword))). */
export function msgDigest(msgData: string, timestamp: string, checkword: string): string {
  return createHash('md5').update(formEncoded(msgData + timestamp + checkword)).digest('base64');
}

/** URL encoding as java.net.URLEncoder does it, which is what the carrier verifies with: a form's, not encodeURIComponent's. */
export function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
