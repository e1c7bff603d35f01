interface Cookie {
  readonly value: string
  readonly path: string
}

/** The cookies of one sign-in at one host (RFC 6265 §5.3, §5.4: name, path, removal). */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const at = pair.indexOf('=')
      const path = attribute(attributes, 'path') ?? url.pathname
      const key = `${pair.slice(0, at)};${path}`
      const expires = attribute(attributes, 'expires')
      const gone = expires !== undefined && Date.parse(expires) <= Date.now()
      if (gone) this.#cookies.delete(key)
      else this.#cookies.set(key, { value: pair, path })
    }
  }

  headers(url: URL): Record<string, string> {
    const sent = [...this.#cookies.values()].filter(({ path }) => isUnder(url.pathname, path))
    return sent.length === 0 ? {} : { cookie: sent.map((cookie) => cookie.value).join('; ') }
  }
}

function attribute(attributes: readonly string[], name: string): string | undefined {
  const found = attributes.find((part) => part.toLowerCase().startsWith(`${name}=`))
  return found?.slice(name.length + 1)
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}
