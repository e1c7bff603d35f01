// The page: it wires the parts together and keeps what was written for the way to the sign-on and back.
import { link, showAccount } from './account.js'
import { Acting } from './acting.js'
import { paintData, paintErrors, paintProvenance } from './answer.js'
import { ask } from './ask.js'
import { paintTypes, readTypes } from './docs.js'
import { Editor } from './editor.js'
import { element, english, find } from './elements.js'
import { EXAMPLES } from './examples.js'
import { Memory } from './memory.js'
import { Session, stepUpOf } from './session.js'

const DRAFT = 'panjareh.draft'

const editor = new Editor(find('query', HTMLTextAreaElement), find('painted', HTMLElement))
const variables = find('variables', HTMLTextAreaElement)
const run = find('run', HTMLButtonElement)
const notice = find('notice', HTMLElement)

const memory = new Memory()
const session = new Session()
const acting = new Acting()
const page = { keep: keepDraft, forget: forgetDraft, say }
/** The person is told so long before the session ends for want of a sign of them. */
const WARN_MS = 120_000
const LOOK_EVERY_MS = 20_000
const NUMBER = new Intl.NumberFormat('fa-IR')

restoreDraft()
fillExamples()
// A question before it is known who asks would come from nobody, and be refused.
run.disabled = true

run.addEventListener('click', () => void send())
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    void send()
  }
})
addEventListener('pagehide', keepDraft)
for (const sign of ['keydown', 'pointerdown']) {
  document.addEventListener(sign, () => void session.alive().catch(() => undefined))
}
find('acting', HTMLDetailsElement).addEventListener('change', showActing)
find('acting', HTMLDetailsElement).addEventListener('toggle', () => {
  if (!find('acting', HTMLDetailsElement).open) return
  void acting.fillMandates(session).then(showActing, () => undefined)
})
setInterval(() => void watch(), LOOK_EVERY_MS)
document.addEventListener('visibilitychange', () => void look())
find('docs', HTMLDetailsElement).addEventListener('toggle', () => void showDocs())

await readSession()
run.disabled = false
await readActing()

async function send() {
  const parsed = parseVariables()
  if (parsed === undefined || run.disabled) return
  run.disabled = true
  notice.hidden = true
  find('timing', HTMLElement).replaceChildren('در حال پرسیدن… ', english('asking…'))
  try {
    show(await ask({ query: editor.text, variables: parsed }, headers()))
  } catch {
    find('timing', HTMLElement).replaceChildren()
    say('درگاه پاسخ نمی‌دهد. ', 'The gateway does not answer.')
  } finally {
    run.disabled = false
  }
}

/** @param {Awaited<ReturnType<typeof ask>>} result */
function show({ answer, status, milliseconds }) {
  const errors = answer.errors ?? []
  find('errors', HTMLElement).replaceChildren(...paintErrors(errors))
  find('answer', HTMLElement).replaceChildren(...paintData(answer))
  find('provenance', HTMLElement).replaceChildren(
    ...paintProvenance(answer.extensions?.['provenance']),
  )
  const count = errors.length === 0 ? '' : ` · ${NUMBER.format(errors.length)} خطا`
  find('timing', HTMLElement).replaceChildren(
    `${NUMBER.format(Math.round(milliseconds))} میلی‌ثانیه${count} `,
    english(`HTTP ${status}`),
  )
  memory.keep(answer.data)
  if (changesMandates(answer)) void acting.fillMandates(session).then(showActing, () => undefined)
  const stepUp = stepUpOf(errors)
  if (stepUp !== undefined) {
    say(
      'این پرسش ورودی قوی‌تر یا تازه‌تر می‌خواهد. ',
      'This question needs a stronger or a newer sign-in. ',
      link(stepUp, page, ['تأیید هویت و بازگشت ', 'Sign in and come back']),
    )
  } else if (status === 401 || status === 403) void sessionMayHaveEnded()
}

/** A refusal can mean that the session ended, or that it became another one in another tab. */
async function sessionMayHaveEnded() {
  const before = session.who
  await showSession()
  if (!before.signedIn || session.who.signedIn) return
  clearResult()
  sayEnded()
}

/** Who comes back to this page may have signed out, or in as somebody else, in another one. */
async function look() {
  const before = session.who
  if (document.visibilityState !== 'visible' || !before.signedIn) return
  await session.read().catch(() => undefined)
  const { who } = session
  if (who.signedIn && who.name === before.name) return
  clearResult()
  await showSession()
  if (!who.signedIn) sayEnded()
}

/** What one person was answered is not for whoever sits there now; and a refusal only puzzles beside its reason. */
function clearResult() {
  for (const id of ['errors', 'answer', 'provenance', 'timing']) {
    find(id, HTMLElement).replaceChildren()
  }
}

/**
 * Was a mandate given, ended or refused, so that the list of them is no longer true?
 *
 * @param {import('./ask.js').Answer} answer
 */
function changesMandates({ data, errors = [] }) {
  const names = Object.keys(data ?? {})
  return (
    names.some((name) => name.endsWith('Mandate')) ||
    errors.some(({ extensions }) => extensions?.['code'] === 'MANDATE_REFUSED')
  )
}

async function showSession() {
  await readSession()
  await readActing()
}

async function readSession() {
  await session.read().catch(() => {
    say('سامانه پاسخ نمی‌دهد. ', 'The portal does not answer.')
  })
  showAccount(session, page)
  if (session.who.clientId === 'console') {
    find('room', HTMLElement).replaceChildren('میز کارکنان ', english('Panjareh · console'))
  }
}

async function readActing() {
  await acting.show(session).catch(() => undefined)
  showActing()
}

function showActing() {
  find('acting-for', HTMLElement).replaceChildren(...acting.summary())
}

async function watch() {
  const left = session.idleMs()
  if (left === undefined || left > WARN_MS) return
  // Another tab may have given a sign meanwhile.
  await session.read().catch(() => undefined)
  showAccount(session, page)
  if (!session.who.signedIn) sayEnded()
  else if ((session.idleMs() ?? 0) <= WARN_MS) {
    say(
      'نشست شما به‌زودی پایان می‌یابد؛ برای ماندن، جایی از صفحه را بزنید. ',
      'Your session ends soon; touch the page to stay.',
    )
  }
}

function sayEnded() {
  say(
    'نشست شما پایان یافته است. ',
    'Your session has ended. ',
    link({}, page, ['ورود دوباره ', 'Sign in again']),
  )
}

/** What goes along with a question. */
function headers() {
  return { ...session.headers(), ...acting.headers() }
}

function parseVariables() {
  const place = find('variables-problem', HTMLElement)
  try {
    const parsed = variables.value.trim() === '' ? {} : JSON.parse(variables.value)
    if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
      throw new TypeError()
    place.hidden = true
    variables.removeAttribute('aria-invalid')
    return parsed
  } catch {
    place.replaceChildren(
      'متغیرها یک شیء JSON نیستند. ',
      english('The variables are not a JSON object.'),
    )
    place.hidden = false
    variables.setAttribute('aria-invalid', 'true')
    return undefined
  }
}

function fillExamples() {
  const list = find('examples', HTMLSelectElement)
  const options = EXAMPLES.map(({ title }, index) =>
    element('option', { value: `${index}` }, title),
  )
  list.replaceChildren(element('option', { value: '' }, '—'), ...options)
  list.addEventListener('change', () => {
    const example = EXAMPLES[Number(list.value)]
    if (list.value === '' || example === undefined) return
    editor.text = example.query
    variables.value = memory.fill(example.variables ?? '')
  })
}

async function showDocs() {
  const list = find('docs-list', HTMLElement)
  const search = find('docs-search', HTMLInputElement)
  if (!find('docs', HTMLDetailsElement).open || list.childElementCount > 0) return
  const types = await readTypes(headers()).catch(() => undefined)
  if (types === undefined) {
    list.replaceChildren(
      element('p', {}, 'این فهرست برای شما باز نیست. ', english('This list is not open to you.')),
    )
    return
  }
  const paint = () => list.replaceChildren(...paintTypes(types, search.value))
  search.addEventListener('input', paint)
  paint()
}

/** On a shared computer, what was written is nobody else's business; leaving the page must not write it again. */
function forgetDraft() {
  removeEventListener('pagehide', keepDraft)
  sessionStorage.clear()
}

function keepDraft() {
  sessionStorage.setItem(DRAFT, JSON.stringify([editor.text, variables.value, acting.chosen]))
}

function restoreDraft() {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? 'null')
  const [first] = EXAMPLES
  editor.text = draft?.[0] || (first?.query ?? '')
  variables.value = draft?.[1] ?? ''
  if (draft?.[2] !== undefined) acting.restore(draft[2])
}

/**
 * @param {string} persian
 * @param {string} latin
 * @param {...Node} more
 */
function say(persian, latin, ...more) {
  notice.replaceChildren(persian, english(latin), ...more)
  notice.hidden = false
}
