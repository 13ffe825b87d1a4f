/** An order as it is shown in the documentation. */
export const exampleOrder = {
  orderId: 'WEB-2026-000123',
  source: 'webshop',
  customerId: 'C17850',
  customerName: '海风商贸有限公司',
  region: '华东',
  lines: [{ sku: '85123A', name: 'WHITE HANGING HEART T-LIGHT HOLDER', quantity: 6, unit: 'PCS', unitPriceFen: 2550 }],
  shipTo: { contact: '王芳', phone: '13800001234', region: '上海', city: '上海', street: '南京东路 1 号' },
};
