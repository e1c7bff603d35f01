// Static files of the portal, read once at start. Never reads a path that a client names.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Reply } from './respond.ts'

export interface PageSource {
  /** Folder with the files to serve; its index.html is shown for `/` and, in a browser, for `/graphql`. */
  readonly directory: string
  /** What pages read at `/settings.json`, in place of a file of that name. */
  readonly settings: PageSettings
}

interface PageSettings {
  readonly issuer: string
  readonly clientId: string
  readonly graphql: string
}

export type Pages = (pathname: string) => Reply | undefined

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.json': 'application/json; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.png': 'image/png',
    '.ico': 'image/x-icon',
    '.woff2': 'font/woff2',
  }),
)

export async function loadPages({ directory, settings }: PageSource): Promise<Pages> {
  const headers = {
    'content-security-policy': policyOf(settings),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  }
  const pages = new Map<string, Reply>()
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const type = TYPES.get(path.extname(entry.name))
    if (!entry.isFile() || type === undefined) continue
    const file = path.join(entry.parentPath, entry.name)
    const name = `/${path.relative(directory, file).split(path.sep).join('/')}`
    pages.set(name, { status: 200, type, body: await readFile(file), headers })
  }
  const type = 'application/json; charset=utf-8'
  pages.set('/settings.json', { status: 200, type, body: JSON.stringify(settings), headers })
  const index = pages.get('/index.html')
  if (index !== undefined) pages.set('/', index).set('/graphql', index)
  return (pathname) => pages.get(pathname)
}

/** Nothing but our own files; calls only to ourselves and to the sign-on. */
function policyOf({ issuer }: PageSettings): string {
  return [
    "default-src 'self'",
    `connect-src 'self' ${new URL(issuer).origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}
