// Cookies read and written by hand where the rules matter: one value per name, and the `__Host-` prefix (RFC 6265bis §4.1.3.2).
import type { IncomingHttpHeaders } from 'node:http'

/** Every value that came under a name: more than one means that somebody else set one of them. */
export function readCookies(headers: IncomingHttpHeaders): ReadonlyMap<string, readonly string[]> {
  const cookies = new Map<string, string[]>()
  for (const part of (headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=')
    if (equals < 0) continue
    const name = part.slice(0, equals).trim()
    const values = cookies.get(name) ?? []
    values.push(part.slice(equals + 1).trim())
    cookies.set(name, values)
  }
  return cookies
}

/** Session cookies of a sign-in under way: gone after `seconds`. The value must need no quoting. */
export function writeCookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`
}

export function clearCookie(name: string): string {
  return writeCookie(name, '', 0)
}
