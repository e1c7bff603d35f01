// A browser for tests of the portal: keeps cookies as the prefixes demand and stops at every redirect.
import { request as send } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  json(): Readonly<Record<string, unknown>>
  /** `extensions.code` of the first error. */
  code(): unknown
  /** Where it leads, absolute. */
  location(): URL
}

interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly form?: Readonly<Record<string, string>>
}

export class Browser {
  readonly cookies = new Map<string, string>()
  /** Every Set-Cookie line seen. */
  readonly setCookies: string[] = []

  /** A person follows a link. */
  async go(url: string | URL): Promise<Answer> {
    return this.send(url, { headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' } })
  }

  /** From link to link until there is a page. Answers it and the addresses on the way. */
  async follow(url: string | URL): Promise<{ page: Answer; way: readonly URL[] }> {
    const way = [new URL(url)]
    let page = await this.go(url)
    while (page.status >= 300 && page.status < 400) {
      way.push(page.location())
      page = await this.go(way.at(-1)!)
    }
    return { page, way }
  }

  /** A page's script asks its own origin. */
  async fetch(url: string, ask: Ask = {}): Promise<Answer> {
    const { origin } = new URL(url)
    const isWrite = ask.method !== undefined && ask.method !== 'GET'
    const headers = {
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      ...(isWrite ? { origin } : {}),
      ...ask.headers,
    }
    return this.send(url, { ...ask, headers })
  }

  async ask(url: string, csrf: string, headers: Readonly<Record<string, string>> = {}) {
    return this.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'panjareh-csrf': csrf, ...headers },
      body: '{"query":"{ me { firstName } }"}',
    })
  }

  /** By hand, because a test also sends a foreign Host and cookies of its own. */
  send(target: string | URL, { method = 'GET', headers = {}, body, form }: Ask): Promise<Answer> {
    const url = new URL(target)
    const text = form === undefined ? body : new URLSearchParams(form).toString()
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return new Promise((resolve, reject) => {
      const request = send(
        {
          host: url.hostname,
          port: url.port,
          path: `${url.pathname}${url.search}`,
          method,
          headers: {
            ...(cookie === '' ? {} : { cookie }),
            ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
            ...headers,
          },
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', reject)
          response.on('end', () => {
            const answered = new Headers()
            for (const [name, value] of Object.entries(response.headersDistinct)) {
              for (const each of value ?? []) answered.append(name, each)
            }
            this.#keep(answered.getSetCookie())
            resolve(
              answerOf(url, response.statusCode ?? 0, answered, Buffer.concat(parts).toString()),
            )
          })
        },
      )
      request.on('error', reject)
      request.end(text)
    })
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      this.setCookies.push(line)
      const [pair = '', ...attributes] = line.split(/; */)
      const equals = pair.indexOf('=')
      const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
      const has = (text: string) => attributes.some((each) => each.toLowerCase() === text)
      const isHost = has('secure') && has('path=/') && !/domain=/i.test(line)
      if (name.startsWith('__Host-') && !isHost) continue
      if (has('max-age=0')) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }
}

function answerOf(url: URL, status: number, headers: Headers, text: string): Answer {
  return {
    status,
    headers,
    text,
    json: () => objectOf(JSON.parse(text)),
    code: () => at(JSON.parse(text), ['errors', '0', 'extensions', 'code']),
    location: () => new URL(headers.get('location') ?? '', url),
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, name) => objectOf(inner)[name], value)
}
