import { people, type DemoPerson } from './people.ts';

/** The page on which somebody says who he is; there are no passwords in a demo. */
export function signInPage(uid: string): string {
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Order Mesh 演示登录</title>
<style>body{font:16px system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}button{display:block;width:100%;margin:.4rem 0;padding:.7rem;text-align:left;font:inherit;cursor:pointer}small{color:#666}</style></head>
<body><h1>Order Mesh</h1><p>演示环境的登录，无需密码：您是谁？ <small>A demo without passwords: who are you?</small></p>
<form method="post" action="/interaction/${encodeURIComponent(uid)}">
${people.map(button).join('\n')}
</form></body></html>`;
}

const button = ({ name, account, title, roles }: DemoPerson): string => `<button name="person" value="${name}">${name} (${account}) <small>${title}, ${roles.join(', ')}</small></button>`;
