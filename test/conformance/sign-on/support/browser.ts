// A person's browser for suites over both engines: it keeps cookies, follows redirects of the sign-on, fills its
// forms by the names of their inputs (both engines name them as Keycloak does) and stops where it is led elsewhere.
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5'

import { CookieJar } from '../../../../deploy/embedded/sign-on/obtain-token/cookie-jar.ts'

interface Form {
  readonly action: URL
  /** Values of hidden and prefilled inputs. */
  readonly values: Readonly<Record<string, string>>
  readonly names: readonly string[]
}

export interface Page {
  readonly url: URL
  readonly status: number
  readonly html: string
  /** What a person reads. */
  readonly text: string
  readonly forms: readonly Form[]
}

/** Where a click has led: a page of the sign-on, or the address of an application, which is not asked. */
export type Stop =
  | { readonly page: Page; readonly away?: never }
  | { readonly away: URL; readonly page?: never }

export class Browser {
  readonly #server: string
  readonly #jar = new CookieJar()

  constructor(issuer: string) {
    this.#server = new URL(issuer).origin
  }

  async open(address: string | URL, form?: Readonly<Record<string, string>>): Promise<Stop> {
    let url = new URL(address)
    let response = await this.#ask(url, form)
    for (let hops = 0; hops < 12; hops += 1) {
      const location = response.headers.get('location')
      if (location === null) return { page: await toPage(url, response) }
      url = new URL(location, url)
      if (url.origin !== this.#server) return { away: url }
      response = await this.#ask(url)
    }
    throw new TypeError(`led in a circle by ${url.pathname}`)
  }

  /** Sends the first form that has all the named inputs. */
  submit(page: Page, values: Readonly<Record<string, string>>): Promise<Stop> {
    const names = Object.keys(values)
    const form = page.forms.find((one) => names.every((name) => one.names.includes(name)))
    if (form === undefined) throw new TypeError(`no form with ${names.join(', ')}: ${page.html}`)
    return this.open(form.action, { ...form.values, ...values })
  }

  async #ask(url: URL, form?: Readonly<Record<string, string>>): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: this.#jar.headers(url),
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    })
    this.#jar.keep(url, response.headers)
    return response
  }
}

async function toPage(url: URL, response: Response): Promise<Page> {
  const html = await response.text()
  const document = parse(html)
  const forms = [...walk(document)].filter(({ tagName }) => tagName === 'form')
  return {
    url,
    status: response.status,
    html,
    text: textOf(document).replaceAll(/\s+/g, ' '),
    forms: forms.map((form) => toForm(form, url)),
  }
}

function toForm(form: DefaultTreeAdapterTypes.Element, url: URL): Form {
  const inputs = [...walk(form)].filter(
    ({ tagName }) => tagName === 'input' || tagName === 'button',
  )
  const named = inputs.flatMap((input) => {
    const name = attribute(input, 'name')
    return name === undefined ? [] : [{ name, type: attribute(input, 'type'), input }]
  })
  // A button or a box counts only when it is pressed or ticked.
  const filled = named.filter(
    ({ type, input }) => input.tagName === 'input' && !CHOICES.has(type ?? 'text'),
  )
  return {
    action: new URL(attribute(form, 'action') ?? '', url),
    values: Object.fromEntries(
      filled.map(({ name, input }) => [name, attribute(input, 'value') ?? '']),
    ),
    names: named.map(({ name }) => name),
  }
}

const CHOICES: ReadonlySet<string> = new Set(['submit', 'button', 'checkbox', 'radio'])

function* walk(
  node: DefaultTreeAdapterTypes.Node,
): Generator<DefaultTreeAdapterTypes.Element, void, undefined> {
  if (!('childNodes' in node)) return
  for (const child of node.childNodes) {
    if (defaultTreeAdapter.isElementNode(child)) yield child
    yield* walk(child)
  }
}

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if (defaultTreeAdapter.isTextNode(node)) return node.value
  const unread = 'tagName' in node && (node.tagName === 'script' || node.tagName === 'style')
  return 'childNodes' in node && !unread ? node.childNodes.map(textOf).join(' ') : ''
}

function attribute(element: DefaultTreeAdapterTypes.Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value
}
