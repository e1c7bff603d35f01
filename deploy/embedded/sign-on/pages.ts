// In: what a page has to say. Out: the page, Persian first with English beside, without a script and without anything
// from elsewhere. Never: a text that came from outside and was not escaped.

export interface DemoPerson {
  readonly username: string
  readonly name: string
  readonly roles: readonly string[]
}

export interface SignInPage {
  readonly title: string
  /** Where the form is sent. */
  readonly action: string
  readonly client: string
  readonly username: string
  /** The person is known: the session of this browser is to be raised or renewed. */
  readonly fixed?: boolean
  readonly problem?: 'wrong' | 'locked'
  /** The people to choose from and their common password; only in the demo. */
  readonly demo?: { readonly people: readonly DemoPerson[]; readonly password: string }
}

const PROBLEMS = {
  wrong: ['نام کاربری یا گذرواژه درست نیست.', 'The user name or the password is not right.'],
  locked: [
    'تعداد تلاش‌های ناموفق زیاد بود؛ کمی بعد دوباره امتحان کنید.',
    'Too many wrong attempts; try again in a while.',
  ],
} as const

export function signInPage(page: SignInPage): string {
  const problem = page.problem && PROBLEMS[page.problem]
  // Where the person goes on: after a wrong password the name is there already.
  const [atName, atPassword] = page.username === '' ? [' autofocus', ''] : ['', ' autofocus']
  return layout(
    page.title,
    `<h1>ورود <span lang="en" dir="ltr">Sign in</span></h1>
<p class="to">برای ادامه در «${escape(page.client)}»</p>
${problem ? `<p class="problem" role="alert">${both(problem[0], problem[1])}</p>` : ''}
<form method="post" action="${escape(page.action)}" class="sign-in">
<label for="username">${both('نام کاربری', 'User name')}</label>
<input id="username" name="username" dir="ltr" autocomplete="username" autocapitalize="none" spellcheck="false" required${page.fixed ? ' readonly' : atName} value="${escape(page.username)}">
<label for="password">${both('گذرواژه', 'Password')}</label>
<input id="password" name="password" type="password" dir="ltr" autocomplete="current-password" required${atPassword}>
<button type="submit" class="main">${both('ورود', 'Sign in')}</button>
</form>
${page.demo ? demoPeople(page.action, page.demo) : ''}`,
  )
}

export interface CodePage extends SignInPage {
  /** The code that the person's device shows, or null where there is no device; only in the demo. */
  readonly demoCode?: string | null
}

const CODE_PROBLEMS = {
  wrong: [
    'کد درست نیست یا پیش از این به کار رفته است.',
    'The code is not right, or was used before.',
  ],
  locked: PROBLEMS.locked,
} as const

/** The second factor: the code of an authenticator (RFC 6238). */
export function codePage(page: CodePage): string {
  const problem = page.problem && CODE_PROBLEMS[page.problem]
  return layout(
    page.title,
    `<h1>${both('تأیید دومرحله‌ای', 'Second factor')}</h1>
<p class="to">برای ادامه در «${escape(page.client)}»</p>
${problem ? `<p class="problem" role="alert">${both(problem[0], problem[1])}</p>` : ''}
<form method="post" action="${escape(page.action)}" class="sign-in">
<label for="otp">${both('کد یک‌بارمصرف رمزساز شما', 'Your one-time code')}</label>
<input id="otp" name="otp" dir="ltr" inputmode="numeric" pattern="[0-9۰-۹٠-٩ ]{6,10}" autocomplete="one-time-code" required autofocus>
<button type="submit" class="main">${both('تأیید', 'Confirm')}</button>
</form>
${page.demoCode === undefined ? '' : demoDevice(page.demoCode)}`,
  )
}

function demoDevice(code: string | null): string {
  const shown =
    code === null
      ? both(
          'این شخص رمزساز ندارد و به این سطح نمی‌رسد؛ kaveh، sara، clerk و کارکنان دارند.',
          'This person has no authenticator and cannot reach this level; kaveh, sara, clerk and the staff have one.',
        )
      : `${both('این شخص ساختگی است؛ کد اکنون او:', 'This person is invented; the code of now:')} <code id="demo-code" dir="ltr">${escape(code)}</code>`
  return `<section class="demo" aria-labelledby="demo">
<h2 id="demo">${both('رمزساز نمایشی', 'Authenticator of the demo')}</h2>
<p>${shown}</p>
</section>`
}

function newPasswordField(name: string, label: string, more: string): string {
  return `<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="password" dir="ltr" autocomplete="new-password" required${more}>`
}

/** A password that somebody else has set is replaced before anything else. */
export function newPasswordPage(page: SignInPage): string {
  const refused = both(
    'گذرواژهٔ تازه باید دست‌کم ۸ نویسه، متفاوت با قبلی و با نام کاربری، و در هر دو جا یکسان باشد.',
    'The new password needs at least 8 letters, must differ from the old one and from the user name, and be typed twice alike.',
  )
  return layout(
    page.title,
    `<h1>${both('گذرواژهٔ تازه', 'New password')}</h1>
<p class="to">${both('گذرواژهٔ شما را کس دیگری تعیین کرده است؛ آن را عوض کنید.', 'Somebody else has set your password; replace it.')}</p>
${page.problem ? `<p class="problem" role="alert">${refused}</p>` : ''}
<form method="post" action="${escape(page.action)}" class="sign-in">
${newPasswordField('password-new', both('گذرواژهٔ تازه', 'New password'), ' autofocus')}
${newPasswordField('password-confirm', both('تکرار گذرواژهٔ تازه', 'New password again'), '')}
<button type="submit" class="main">${both('ثبت', 'Save')}</button>
</form>`,
  )
}

function demoPeople(action: string, demo: NonNullable<SignInPage['demo']>): string {
  const buttons = demo.people.map(
    ({ username, name, roles }) =>
      `<li><button name="username" value="${escape(username)}"><b>${escape(name)}</b> <span dir="ltr">${escape(username)}</span>${
        roles.includes('staff') ? ' <em>کارمند · staff</em>' : ''
      }</button></li>`,
  )
  return `<section class="demo" aria-labelledby="demo">
<h2 id="demo">${both('افراد نمایشی', 'Demo people')}</h2>
<p>${both('همه ساختگی‌اند؛ یکی را انتخاب کنید تا به نام او وارد شوید.', 'All invented: choose one to sign in as that person.')}
<span class="password">${both('گذرواژهٔ همه:', 'Password of all:')} <code dir="ltr">${escape(demo.password)}</code></span></p>
<form method="post" action="${escape(action)}">
<input type="hidden" name="password" value="${escape(demo.password)}">
<ul>${buttons.join('')}</ul>
</form></section>`
}

export function errorPage(title: string, code: string): string {
  return layout(
    title,
    `<h1>${both('ورود ممکن نشد', 'Sign-in was not possible')}</h1>
<p>${both('درخواست پذیرفته نشد. به برنامه برگردید و دوباره شروع کنید.', 'The request was not accepted. Go back to the application and start again.')}</p>
<p><code dir="ltr">${escape(code)}</code></p>`,
  )
}

/** `form` is the provider's own form with its token; its buttons are ours. */
export function logoutPage(title: string, form: string): string {
  return layout(
    title,
    `<h1>${both('خروج', 'Sign out')}</h1>
<p>${both('از حساب خود خارج می‌شوید؟', 'Do you want to sign out?')}</p>
${form}
<p class="choices"><button class="main" autofocus type="submit" form="op.logoutForm" value="yes" name="logout">${both('بله، خارج شو', 'Yes, sign out')}</button>
<button type="submit" form="op.logoutForm">${both('نه', 'No')}</button></p>`,
  )
}

export function signedOutPage(title: string): string {
  return layout(
    title,
    `<h1>${both('خارج شدید', 'You are signed out')}</h1>
<p>${both('می‌توانید این صفحه را ببندید.', 'You may close this page.')}</p>`,
  )
}

export function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="fa" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="/sign-in.css">
</head>
<body>
<header>${escape(title)}</header>
<main>
${body}
</main>
</body>
</html>
`
}

export function both(persian: string, english: string): string {
  return `${persian} <span class="en" lang="en" dir="ltr">${english}</span>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
