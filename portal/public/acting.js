import { ask } from './ask.js'
import { element, english, find } from './elements.js'

/**
 * For whom and for what a question is asked: the headers that stand beside it.
 *
 * @typedef {import('./session.js').Session} Session
 * @typedef {{ id: string, kind: string, state: string, expiresAtJalali: string | null }} Mandate
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

  /** Only what has been chosen; whether it may be is the gateway's to say. @returns {Record<string, string>} */
  headers() {
    // A header holds one line of Latin letters; what else was typed would not leave the browser at all.
    const issue = this.#issue.value.trim().slice(0, 64)
    return {
      ...(this.#mandate.value === '' ? {} : { 'panjareh-mandate': this.#mandate.value }),
      ...(this.#purpose.value === '' ? {} : { 'panjareh-purpose': this.#purpose.value }),
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
    const chosen = this.#mandate.value
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
