// The few pages that the server writes itself: signing out, signed out, refused. Persian first, English beside.
import type { Response } from 'express'

interface Page {
  readonly title: string
  /** Safe HTML: built by `html` alone. */
  readonly body: Html
}

class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Every value becomes text, unless it is HTML of ours already. */
function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const texts = values.map((value) => (value instanceof Html ? value.text : escaped(value)))
  return new Html(parts.map((part, index) => `${part}${texts[index] ?? ''}`).join(''))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '')
}

/** As GovSSO does: one session serves many offices, so the person says which of them end. */
export function signOutPage(base: string, name: string, csrf: string): Page {
  const choice = (scope: string, main: string, persian: string, english: string): Html =>
    html` <form method="post" action="${base}/sso/logout">
      <input type="hidden" name="csrf" value="${csrf}" />
      <input type="hidden" name="scope" value="${scope}" />
      <button class="${main}">${persian} <span lang="en" dir="ltr">${english}</span></button>
    </form>`
  return {
    title: 'خروج · Sign out',
    body: html`<p>
        ${name}، از کجا خارج می‌شوید؟ <span lang="en" dir="ltr">Where do you sign out?</span>
      </p>
      ${choice('everywhere', 'main', 'از همهٔ سامانه‌ها', 'Everywhere')}
      ${choice('here', '', 'تنها از همین‌جا', 'Only here')}
      <p>
        «تنها از همین‌جا» نشست شما را در سامانهٔ ورود باز می‌گذارد؛ روی رایانهٔ همگانی از همه‌جا خارج
        شوید.
        <span lang="en" dir="ltr"
          >“Only here” leaves your session at the sign-on open; on a shared computer, sign out
          everywhere.</span
        >
      </p>
      <p>
        <a href="${base}/">بازگشت <span lang="en" dir="ltr">Back</span></a>
      </p>`,
  }
}

/** `stays`: the session at the sign-on goes on, as the person chose. */
export function signedOutPage(base: string, stays = false): Page {
  const rest = html`<p>
    نشست شما در سامانهٔ ورود باز است؛ ورود دوباره گذرواژه نمی‌خواهد.
    <span lang="en" dir="ltr"
      >Your session at the sign-on stays open; signing in again asks for no password.</span
    >
  </p>`
  return {
    title: 'خارج شدید · Signed out',
    body: html`<p>
        از این سامانه خارج شدید.
        <span lang="en" dir="ltr">You are signed out of this service.</span>
      </p>
      ${stays ? rest : ''}
      <p>
        <a href="${base}/">صفحهٔ نخست <span lang="en" dir="ltr">Home</span></a>
      </p>`,
  }
}

interface Refusal {
  readonly persian: string
  readonly english: string
  /** It is the account that is refused: signing in would bring the same one back, so the way out is offered. */
  readonly ofAccount: boolean
}

export function refusalPage(base: string, { persian, english, ofAccount }: Refusal): Page {
  const way = ofAccount
    ? html`<a href="${base}/sso/logout"
        >خروج و ورود با حساب دیگر
        <span lang="en" dir="ltr">Sign out, to sign in as somebody else</span></a
      >`
    : html`<a href="${base}/sso/login">ورود <span lang="en" dir="ltr">Sign in</span></a>`
  return {
    title: 'نشد · Not done',
    body: html`<p role="alert">${persian} <span lang="en" dir="ltr">${english}</span></p>
      <p>
        ${way} ·
        <a href="${ofAccount ? '/' : `${base}/`}"
          >صفحهٔ نخست <span lang="en" dir="ltr">Home</span></a
        >
      </p>`,
  }
}

export function sendPage(response: Response, status: number, { title, body }: Page): void {
  const page = html`<!doctype html>
    <html lang="fa" dir="rtl">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main class="message">
          <h1>پنجره</h1>
          ${body}
        </main>
      </body>
    </html>`
  response.status(status).type('html').send(page.text)
}
