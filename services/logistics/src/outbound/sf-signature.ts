import { createHash } from 'node:crypto';

/** The digest 丰桥 wants beside each message: Base64(MD5(URL-encoded(msgData + timestamp + checkword))). */
export function msgDigest(msgData: string, timestamp: string, checkword: string): string {
  return createHash('md5').update(formEncoded(msgData + timestamp + checkword)).digest('base64');
}

/** URL encoding as java.net.URLEncoder does it, which is what the carrier verifies with: it differs from JavaScript's in ! ' ( ) ~ and the blank. */
export function formEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()~]|%20/g, (found) => (found === '%20' ? '+' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`));
}
