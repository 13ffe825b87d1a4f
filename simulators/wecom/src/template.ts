/** A field of an approval template. */
export interface Control {
  readonly control: 'Text' | 'Textarea' | 'Money';
  readonly id: string;
  readonly title: string;
  readonly required: boolean;
}

/** An approval template, as an administrator draws it. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly controls: readonly Control[];
}

const text = (id: number, title: string, required: boolean): Control => ({ control: 'Text', id: `Text-${id}`, title, required });

export const USUAL_TEMPLATE: Template = {
  id: '3TkaH5KFbrG9heEQWLJjhgpFwmqAFB4dLEnapaB7aaa',
  name: '订单放行审批',
  controls: [
    text(1_700_000_000_001, '审批编号', true), text(1_700_000_000_002, '订单号', true), text(1_700_000_000_003, '客户', false), text(1_700_000_000_004, '地区', false),
    { control: 'Money', id: 'Money-1700000000005', title: '金额', required: true }, text(1_700_000_000_006, '原因', false),
    { control: 'Textarea', id: 'Textarea-1700000000007', title: '说明', required: false }, text(1_700_000_000_008, '截止时间', false),
  ],
};

/** As oa/gettemplatedetail shows it. */
export const templateDetail = ({ name, controls }: Template): object => ({
  template_names: [{ text: name, lang: 'zh_CN' }],
  template_content: {
    controls: controls.map(({ control, id, title, required }) => ({
      property: { control, id, title: [{ text: title, lang: 'zh_CN' }], placeholder: [{ text: '', lang: 'zh_CN' }], require: required ? 1 : 0, un_print: 0 }, config: {},
    })),
  },
});
