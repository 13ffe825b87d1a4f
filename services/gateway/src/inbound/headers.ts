import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';

export const HEADERS = Symbol('headers');

export interface HeaderSettings {
  /** Origins whose pages may call us from a browser; none, unless set. */
  readonly origins: readonly string[];
  /** Addresses of proxies in front of us, whose word on where a request comes from counts. */
  readonly proxies: readonly string[];
}

const SELF = ["'self'"];
const NONE = ["'none'"];

/** Scripts and styles of our own alone, none of them inline: also those of the documentation. */
const CONTENT_SECURITY = {
  defaultSrc: SELF, scriptSrc: SELF, scriptSrcAttr: NONE, styleSrc: SELF, imgSrc: ["'self'", 'data:'], fontSrc: SELF, connectSrc: SELF, objectSrc: NONE, baseUri: NONE, formAction: NONE, frameAncestors: NONE,
};

/** Sets what a browser is told of how our answers may be used. */
export function setHeaders(app: NestExpressApplication, { origins, proxies }: HeaderSettings): void {
  // TLS ends in front of us: telling a browser to upgrade would break plain http on another host than localhost; of HSTS it takes no notice over plain http (RFC 6797)
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY }, xFrameOptions: { action: 'deny' } }));
  app.set('etag', false);
  if (proxies.length > 0) app.set('trust proxy', [...proxies]);
  if (origins.length > 0) app.enableCors({ origin: [...origins], methods: ['GET', 'POST'], allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'traceparent'], exposedHeaders: ['Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'Idempotency-Replayed'], maxAge: 600 });
}
