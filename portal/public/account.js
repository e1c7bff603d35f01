import { element, english, find } from './elements.js'
import { signInAddress } from './session.js'

/**
 * Who is signed in, until when, and the ways in and out.
 *
 * @typedef {import('./session.js').Session} Session
 * @typedef {{ keep: () => void, forget: () => void, say: (persian: string, latin: string, ...more: Node[]) => void }} Page
 */

/** @type {Record<string, string>} */
const LEVELS = { low: 'با گذرواژه', substantial: 'دومرحله‌ای' }
const HOUR = new Intl.DateTimeFormat('fa-IR-u-ca-persian-nu-arabext', {
  timeZone: 'Asia/Tehran',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const DAY = new Intl.DateTimeFormat('fa-IR-u-ca-persian-nu-arabext', {
  timeZone: 'Asia/Tehran',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/**
 * @param {Session} session
 * @param {Page} page
 */
export function showAccount(session, page) {
  const account = find('account', HTMLElement)
  const { who } = session
  if (!who.signedIn) {
    account.replaceChildren(link({}, page, ['ورود ', 'Sign in']))
    return
  }
  const signedInAt = who.authTime === undefined ? undefined : new Date(who.authTime * 1000)
  const facts = [
    LEVELS[who.acr ?? ''] ?? who.acr,
    signedInAt && `ورود ${DAY.format(signedInAt).replace(/[,،] ?/, ' ')}`,
    `نشست تا ${HOUR.format(new Date(who.idleEndsAt))}`,
  ]
  account.replaceChildren(
    element(
      'p',
      {},
      element('b', {}, who.name),
      element('span', {}, facts.filter(Boolean).join(' · ')),
    ),
    ...(who.acr === 'substantial'
      ? []
      : [link({ acr: 'substantial' }, page, ['ورود دومرحله‌ای ', 'Stronger sign-in'])]),
    signOutMenu(session, page),
  )
}

/**
 * The way to sign in (again), back to this very place; what was written stays.
 *
 * @param {{ acr?: string | undefined, maxAge?: number | undefined }} level
 * @param {Page} page
 * @param {readonly [persian: string, latin: string]} text
 */
export function link(level, page, [persian, latin]) {
  const href = signInAddress(level, location)
  const made = element('a', { href, class: 'button main' }, persian, english(latin))
  made.addEventListener('click', page.keep)
  return made
}

/**
 * @param {Session} session
 * @param {Page} page
 */
function signOutMenu(session, page) {
  /**
   * @param {'here' | 'everywhere'} scope
   * @param {string} persian
   * @param {string} latin
   */
  const choice = (scope, persian, latin) => {
    const button = element('button', { type: 'button' }, persian, english(latin))
    button.addEventListener('click', () => void leave(session, scope, page))
    return button
  }
  return element(
    'details',
    { class: 'menu' },
    element('summary', {}, 'خروج ', english('Sign out')),
    element(
      'div',
      { class: 'choices' },
      choice('everywhere', 'از همهٔ سامانه‌ها ', 'Everywhere'),
      choice('here', 'تنها از همین‌جا ', 'Only here'),
    ),
  )
}

/**
 * @param {Session} session
 * @param {'here' | 'everywhere'} scope
 * @param {Page} page
 */
async function leave(session, scope, page) {
  try {
    const target = await session.signOut(scope)
    page.forget()
    location.assign(target)
  } catch {
    page.say('خروج انجام نشد. ', 'Signing out did not succeed.')
  }
}
