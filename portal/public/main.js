// The page: it wires the parts together and keeps what was written for the way to the sign-on and back.
import { paintData, paintErrors, paintProvenance } from './answer.js'
import { ask } from './ask.js'
import { paintTypes, readTypes } from './docs.js'
import { Editor } from './editor.js'
import { element, english, find } from './elements.js'
import { EXAMPLES } from './examples.js'
import { Memory } from './memory.js'
import { Session } from './session.js'
import { readSettings } from './settings.js'

const DRAFT = 'panjareh.draft'

const editor = new Editor(find('query', HTMLTextAreaElement), find('painted', HTMLElement))
const variables = find('variables', HTMLTextAreaElement)
const run = find('run', HTMLButtonElement)
const notice = find('notice', HTMLElement)

const memory = new Memory()
const settings = await readSettings()
const session = new Session(settings)

restoreDraft()
fillExamples()
const problem = await session.finish().catch(() => 'unreachable')
if (problem !== undefined) {
  say('ورود انجام نشد. ', `Signing in did not succeed (${problem}).`)
}
showAccount()

run.addEventListener('click', () => void send())
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    void send()
  }
})
addEventListener('pagehide', keepDraft)
find('docs', HTMLDetailsElement).addEventListener('toggle', () => void showDocs())

async function send() {
  const parsed = parseVariables()
  if (parsed === undefined || run.disabled) return
  run.disabled = true
  notice.hidden = true
  find('timing', HTMLElement).replaceChildren('در حال پرسیدن… ', english('asking…'))
  try {
    const token = await session.token()
    showAccount()
    show(await ask(settings.graphql, { query: editor.text, variables: parsed }, token))
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
  const time = `${Math.round(milliseconds)} ms · HTTP ${status}`
  const count =
    errors.length === 0 ? '' : ` · ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`
  find('timing', HTMLElement).replaceChildren(english(`${time}${count}`))
  memory.keep(answer.data)
  if (status === 401) {
    session.forget()
    showAccount()
    say('نشست شما پایان یافته است؛ دوباره وارد شوید. ', 'Your session has ended; sign in again.')
  }
}

function showAccount() {
  const who = session.who()
  const account = find('account', HTMLElement)
  if (who === undefined) {
    const button = element('button', { type: 'button', class: 'main' }, 'ورود ', english('Sign in'))
    button.addEventListener('click', () => leave(() => session.signIn()))
    account.replaceChildren(button)
    return
  }
  const button = element('button', { type: 'button' }, 'خروج ', english('Sign out'))
  button.addEventListener('click', () => leave(() => session.signOut()))
  const roles = who.roles.join(', ')
  account.replaceChildren(
    element(
      'p',
      {},
      element('b', {}, who.name),
      element('span', { dir: 'ltr' }, [who.nationalId, roles].filter(Boolean).join(' · ')),
    ),
    button,
  )
}

/** @param {() => Promise<void>} go */
function leave(go) {
  keepDraft()
  go().then(showAccount, () => say('سامانهٔ ورود پاسخ نمی‌دهد. ', 'The sign-on does not answer.'))
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
  const types = await readTypes(settings.graphql, await session.token()).catch(() => undefined)
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

function keepDraft() {
  sessionStorage.setItem(DRAFT, JSON.stringify([editor.text, variables.value]))
}

function restoreDraft() {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? 'null')
  const [first] = EXAMPLES
  editor.text = draft?.[0] || (first?.query ?? '')
  variables.value = draft?.[1] ?? ''
}

/**
 * @param {string} persian
 * @param {string} latin
 */
function say(persian, latin) {
  notice.replaceChildren(persian, english(latin))
  notice.hidden = false
}
