import { element, english } from './elements.js'

/**
 * @typedef {import('./ask.js').Answer} Answer
 * @typedef {import('./ask.js').AnswerError} AnswerError
 * @typedef {(string | number)[]} Path
 * @typedef {{ path: Path, system: string, operation: string, fetchedAt: string,
 *   normalisations: string[] }} ProvenanceEntry
 */

/** What a citizen reads for a code where the answer says nothing of its own in Persian; its English stands beside it. @type {Record<string, string>} */
const TEXTS = {
  BAD_REQUEST: 'درخواست درست نوشته نشده است.',
  UNAUTHENTICATED: 'نخست وارد شوید.',
  FORBIDDEN: 'اجازهٔ این کار را ندارید.',
  INSUFFICIENT_AUTHENTICATION: 'ورودی قوی‌تر یا تازه‌تر لازم است.',
  PURPOSE_REQUIRED: 'بگویید برای چه کاری می‌پرسید.',
  CASE_REQUIRED: 'شمارهٔ پرونده‌ای را که برایش می‌پرسید بنویسید.',
  MANDATE_REFUSED: 'نمایندگی‌ای که این کار را مجاز بدارد وجود ندارد.',
  OPERATION_INVALID: 'پرسش درست نیست.',
  OPERATION_TOO_COSTLY: 'پرسش بیش از اندازه سنگین است.',
  DOCUMENT_UNKNOWN: 'این پرسش در فهرست پرسش‌های شناخته‌شده نیست.',
  INPUT_REJECTED: 'مقداری پذیرفته نشد.',
  NOT_FOUND: 'یافت نشد.',
  CONFLICT: 'در این میان چیزی تغییر کرده است.',
  SYSTEM_TIMEOUT: 'سامانه به‌موقع پاسخ نداد.',
  SYSTEM_UNAVAILABLE: 'سامانه در دسترس نیست.',
  SYSTEM_MAINTENANCE: 'سامانه در زمان نگهداری است.',
  SYSTEM_BUSY: 'سامانه اکنون درخواست تازه نمی‌پذیرد.',
  SYSTEM_REFUSED: 'سامانه استعلام را نپذیرفت.',
  SYSTEM_REPLY_INVALID: 'پاسخ سامانه مطابق قراردادش نبود.',
  SYSTEM_OUTCOME_UNKNOWN: 'شاید انجام شده باشد و معلوم نیست؛ پیش از تکرار، از سامانه بپرسید.',
  INTERNAL: 'خطایی در سمت ما رخ داد.',
}

/**
 * The data as JSON, with the fields that failed marked where they stand.
 *
 * @param {Answer} answer
 * @returns {Node[]}
 */
export function paintData(answer) {
  const failed = new Set((answer.errors ?? []).map((error) => keyOf(error.path ?? [])))
  failed.delete(keyOf([]))
  return answer.data === undefined ? [] : paint(answer.data, [], failed)
}

/**
 * @param {unknown} value
 * @param {Path} path
 * @param {Set<string>} failed
 * @returns {Node[]}
 */
function paint(value, path, failed) {
  if (failed.has(keyOf(path))) {
    return [element('mark', { class: 'failed', title: 'خطا · error' }, JSON.stringify(value))]
  }
  if (value === null || typeof value !== 'object') {
    return [
      element(
        'span',
        { class: `j-${value === null ? 'null' : typeof value}` },
        JSON.stringify(value),
      ),
    ]
  }
  const list = Array.isArray(value)
  const entries = Object.entries(value)
  const [open, close] = list ? ['[', ']'] : ['{', '}']
  if (entries.length === 0) return [document.createTextNode(`${open}${close}`)]
  const indent = '  '.repeat(path.length + 1)
  const lines = entries.flatMap(([name, item], index) => [
    document.createTextNode(`${index === 0 ? '' : ','}\n${indent}`),
    ...(list
      ? []
      : [element('span', { class: 'j-name' }, `"${name}"`), document.createTextNode(': ')]),
    ...paint(item, [...path, list ? index : name], failed),
  ])
  return [
    document.createTextNode(open),
    ...lines,
    document.createTextNode(`\n${'  '.repeat(path.length)}${close}`),
  ]
}

/**
 * @param {AnswerError[]} errors
 * @returns {Node[]}
 */
export function paintErrors(errors) {
  if (errors.length === 0) return []
  const items = errors.map((error) => {
    const { code, system, until, purposes, reference } = error.extensions ?? {}
    const named = Array.isArray(purposes) ? `Panjareh-Purpose: ${purposes.join(' | ')}` : undefined
    const facts = [error.path?.join('.'), system, code, named, reference]
    return element(
      'li',
      {},
      element('b', {}, persianOf(error)),
      ...(typeof until === 'string' ? [' تا ', timeOf(until)] : []),
      ' ',
      english(error.message),
      element('code', { dir: 'ltr' }, facts.filter(Boolean).join(' · ')),
    )
  })
  return [element('ul', { class: 'errors', role: 'alert' }, ...items)]
}

/** What the answer says itself, or what its code says in general. @param {AnswerError} error */
function persianOf({ extensions = {} }) {
  const { code, fa } = extensions
  return typeof fa === 'string' ? fa : (TEXTS[String(code)] ?? 'خطا')
}

/**
 * Where each value comes from, when the question asked for it with @provenance.
 *
 * @param {ProvenanceEntry[] | undefined} entries
 * @returns {Node[]}
 */
export function paintProvenance(entries) {
  if (entries === undefined || entries.length === 0) return []
  const rows = entries.map((entry) =>
    element(
      'tr',
      {},
      element('td', { dir: 'ltr', class: 'field' }, ...breakable(entry.path)),
      element('td', { dir: 'ltr' }, entry.system, element('span', {}, entry.operation)),
      element('td', {}, timeOf(entry.fetchedAt)),
      element(
        'td',
        { dir: 'ltr' },
        ...entry.normalisations.map((text) => element('div', {}, text)),
      ),
    ),
  )
  const heads = [
    ['فیلد', 'Field'],
    ['سامانه', 'System'],
    ['زمان', 'Read at'],
    ['یکسان‌سازی', 'Normalised'],
  ].map(([persian = '', latin = '']) =>
    element('th', { scope: 'col' }, persian, ' ', english(latin)),
  )
  return [
    element('h3', {}, 'خاستگاه مقدارها ', english('Provenance')),
    element(
      'div',
      { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'خاستگاه · provenance' },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...heads)),
        element('tbody', {}, ...rows),
      ),
    ),
  ]
}

const TEHRAN = new Intl.DateTimeFormat('fa-IR-u-ca-persian-nu-arabext', {
  timeZone: 'Asia/Tehran',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** The hour in Iran, whatever clock the reader has; the exact moment when pointed at. @param {string} moment */
function timeOf(moment) {
  const when = new Date(moment)
  const shown = Number.isNaN(when.getTime()) ? moment : TEHRAN.format(when).replace(/[,،] ?/, ' ')
  return element('time', { datetime: moment, title: moment }, shown)
}

/** The path with places where a line may end: before a name, not within it. @param {Path} path */
function breakable(path) {
  return path.flatMap((step, index) => (index === 0 ? [`${step}`] : [element('wbr'), `.${step}`]))
}

/** @param {Path} path */
function keyOf(path) {
  return JSON.stringify(path.map(String))
}
