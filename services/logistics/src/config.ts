import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';
import { readPrivacyKey } from '@order-mesh/privacy';
import type { SfExpressSettings } from './outbound/sf-express.ts';

export interface LogisticsConfig {
  readonly sf: SfExpressSettings;
  /** Bookings begun a second at most, of all customers and of one. */
  readonly rates: { readonly perSecond: number; readonly ledgerPerSecond: number };
  /** Pause between two looks at a parcel on the road; 0 for none at all. */
  readonly trackEvery: Duration;
  /** Opens the contacts of deliveries; '' where none are sealed. */
  readonly privacyKey: string;
}

const sfUrl = (read: ConfigReader): string => read.text('SF_URL', 'http://127.0.0.1:8084');

export const readLogisticsConfig = (read: ConfigReader): LogisticsConfig => ({
  sf: {
    url: sfUrl(read),
    partnerId: read.text('SF_PARTNER_ID', 'ORDERMESH'),
    checkword: read.secret('SF_CHECKWORD', { known: 'demo-checkword', at: sfUrl(read) }),
    monthlyCard: read.text('SF_MONTHLY_CARD', '7551234567'),
    sender: {
      company: read.text('SF_SENDER_COMPANY', '示范制造有限公司'),
      contact: read.text('SF_SENDER_CONTACT', '发货部'),
      phone: read.text('SF_SENDER_PHONE', '0512-66660000'),
      province: read.text('SF_SENDER_PROVINCE', '江苏省'),
      city: read.text('SF_SENDER_CITY', '苏州市'),
      street: read.text('SF_SENDER_STREET', '工业园区星湖街1号'),
    },
  },
  rates: ratesIn(read),
  trackEvery: read.duration('SF_TRACK_MINUTES', 30, 'minutes'),
  privacyKey: readPrivacyKey(read),
});

function ratesIn(read: ConfigReader): LogisticsConfig['rates'] {
  const perSecond = Math.max(1, read.whole('SF_BOOKINGS_PER_SECOND', 200, 'a whole number of bookings begun a second'));
  return { perSecond, ledgerPerSecond: Math.max(1, read.whole('SF_CUSTOMER_BOOKINGS_PER_SECOND', perSecond, 'a whole number of bookings of one customer begun a second')) };
}
