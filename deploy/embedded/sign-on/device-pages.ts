// In: what the pages of the device flow (RFC 8628) have to say. Out: the pages, Persian first with English beside.
import { both, escape, layout } from './pages.ts'

export interface DevicePage {
  readonly title: string
  readonly action: string
  readonly xsrf: string
  /** As typed, or as the link had it. */
  readonly code: string
}

const PROBLEMS = {
  wrong: ['این کد شناخته نشد.', 'This code is not known.'],
  expired: [
    'این کد منقضی شده یا پیش از این به کار رفته است.',
    'This code has expired or was used before.',
  ],
  aborted: ['درخواست رد شد؛ می‌توانید این صفحه را ببندید.', 'Refused; you may close this page.'],
} as const

export function deviceCodePage(
  page: DevicePage & { readonly problem: keyof typeof PROBLEMS | undefined },
): string {
  const problem = page.problem && PROBLEMS[page.problem]
  return layout(
    page.title,
    `<h1>${both('ورود روی دستگاه دیگر', 'Sign in on another device')}</h1>
<p>${both('کدی را که آن دستگاه نشان می‌دهد وارد کنید.', 'Enter the code that the device shows.')}</p>
${problem ? `<p class="problem" role="alert">${both(problem[0], problem[1])}</p>` : ''}
<form method="post" action="${escape(page.action)}" class="sign-in">
<input type="hidden" name="xsrf" value="${escape(page.xsrf)}">
<label for="user_code">${both('کد دستگاه', 'Code of the device')}</label>
<input id="user_code" name="user_code" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus maxlength="20" value="${escape(page.code)}">
<button type="submit" class="main">${both('ادامه', 'Continue')}</button>
</form>`,
  )
}

export function deviceConfirmPage(page: DevicePage & { readonly client: string }): string {
  return layout(
    page.title,
    `<h1>${both('این دستگاه شماست؟', 'Is this your device?')}</h1>
<p>${both(`«${escape(page.client)}» می‌خواهد با حساب شما وارد شود. تنها اگر همین کد را روی دستگاه خود می‌بینید بپذیرید:`, 'It will be signed in with your account. Accept only if your own device shows this code:')}</p>
<p><code dir="ltr">${escape(page.code)}</code></p>
${answer(page, 'confirm', both('بله، می‌پذیرم', 'Yes, accept'))}
${answer(page, 'abort', both('نه', 'No'))}`,
  )
}

/** Each answer is a form of its own: what is sent is what was pressed. */
function answer(page: DevicePage, name: 'confirm' | 'abort', text: string): string {
  return `<form method="post" action="${escape(page.action)}" class="choices">
<input type="hidden" name="xsrf" value="${escape(page.xsrf)}">
<input type="hidden" name="user_code" value="${escape(page.code)}">
<button${name === 'confirm' ? ' class="main"' : ''} type="submit" name="${name}" value="yes">${text}</button>
</form>`
}

export function deviceDonePage(title: string): string {
  return layout(
    title,
    `<h1>${both('دستگاه وارد شد', 'The device is signed in')}</h1>
<p>${both('می‌توانید این صفحه را ببندید و به دستگاه برگردید.', 'You may close this page and go back to the device.')}</p>`,
  )
}
