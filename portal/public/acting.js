import { ask } from './ask.js'
import { element, english, find } from './elements.js'

/**
 * For whom and for what a question is asked: the headers that stand beside it.
 *
 * @typedef {import('./session.js').Session} Session
 * @typedef {{ id: string, kind: string, state: string, expiresAtJalali: string | null }} Mandate
 * @typedef {{ mandate: string, purpose: string, issue: string }} Chosen empty: nothing
 */

const MANDATES = 'query Acting { actingMandates(first: 20) { id kind state expiresAtJalali } }'
/** @type {Record<string, string>} */
const KINDS = {
  COUNTER: 'شهروند پای پیشخوان · citizen at the counter',
  GUARDIAN: 'فرزند · child',
  OFFICER: 'شرکت · company',
}

export class Acting {
  /** @readonly */
  #mandate = find('mandate', HTMLSelectElement)
  /** @readonly */
  #purpose = find('purpose', HTMLSelectElement)
  /** @readonly */
  #issue = find('issue', HTMLInputElement)

  /** What the person chose; the lists show it as soon as they are filled. @type {Chosen} */
  #chosen = { mandate: '', purpose: '', issue: '' }

  constructor() {
    this.#mandate.addEventListener('change', () => (this.#chosen.mandate = this.#mandate.value))
    this.#purpose.addEventListener('change', () => (this.#chosen.purpose = this.#purpose.value))
    this.#issue.addEventListener('input', () => (this.#chosen.issue = this.#issue.value))
  }

  get chosen() {
    return { ...this.#chosen }
  }

  /** @param {Chosen} chosen as it was before the way to the sign-on: nothing meant for another becomes one's own there */
  restore(chosen) {
    this.#chosen = { ...chosen }
    this.#issue.value = chosen.issue
  }

  /** Only what has been chosen; whether it may be is the gateway's to say. @returns {Record<string, string>} */
  headers() {
    const { mandate, purpose } = this.#chosen
    // A header holds one line of Latin letters; what else was typed would not leave the browser at all.
    const issue = this.#chosen.issue.trim().slice(0, 64)
    return {
      ...(mandate === '' ? {} : { 'panjareh-mandate': mandate }),
      ...(purpose === '' ? {} : { 'panjareh-purpose': purpose }),
      ...(/^[\x21-\x7e]+$/.test(issue) ? { 'x-road-issue': issue } : {}),
    }
  }

  /** @param {Session} session */
  async show(session) {
    const { who } = session
    const panel = find('acting', HTMLDetailsElement)
    panel.hidden = !who.signedIn
    const purposes = who.signedIn ? who.purposes : []
    find('purpose-field', HTMLElement).hidden = purposes.length === 0
    this.#purpose.replaceChildren(
      nothing(),
      ...purposes.map((code) => element('option', { value: code }, code)),
    )
    this.#purpose.value = this.#chosen.purpose
    // Of a purpose that is this person's no more the list says nothing, so nor does the question.
    if (who.signedIn && !purposes.includes(this.#chosen.purpose)) this.#dropPurpose()
    if (!who.signedIn) this.#mandate.replaceChildren(nothing())
    else await this.fillMandates(session)
  }

  /**
   * The mandates of now: one may have been given, or have ended, since the page was opened.
   *
   * @param {Session} session
   */
  async fillMandates(session) {
    if (!session.who.signedIn) return
    const { answer } = await ask({ query: MANDATES }, session.headers())
    /** @type {Mandate[] | undefined} */
    const mandates = answer.data?.actingMandates ?? undefined
    if (mandates === undefined && this.#mandate.options.length > 0) return
    const active = (mandates ?? []).filter(({ state }) => state === 'ACTIVE')
    const chosen = this.#chosen.mandate
    const options = active.map(({ id, kind, expiresAtJalali }) => {
      const until = expiresAtJalali === null ? '' : ` · تا ${expiresAtJalali}`
      return element('option', { value: id }, `${KINDS[kind] ?? kind}${until}`)
    })
    // A mandate that ended stays chosen, and refused: what was meant for somebody else must not be done in one's own name.
    const still = chosen === '' || active.some(({ id }) => id === chosen)
    const ended = still ? [] : [element('option', { value: chosen }, 'پایان‌یافته · ended')]
    this.#mandate.replaceChildren(nothing(), ...options, ...ended)
    this.#mandate.value = chosen
  }

  #dropPurpose() {
    this.#purpose.value = ''
    this.#chosen.purpose = ''
  }

  /** What is chosen, for who looks at the folded panel. @returns {Node[]} */
  summary() {
    const chosen = this.#mandate.selectedOptions[0]
    return this.#mandate.value === '' || chosen === undefined
      ? ['برای خودم ', english('for myself')].map(toNode)
      : [element('b', {}, chosen.text)]
  }
}

function nothing() {
  return element('option', { value: '' }, '—')
}

/** @param {Node | string} part */
function toNode(part) {
  return typeof part === 'string' ? document.createTextNode(part) : part
}
