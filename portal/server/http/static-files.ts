// The files of portal/public, read once at start. Never reads a path that a client names.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import type { RequestHandler } from 'express'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export type PublicFiles = ReadonlyMap<string, { readonly type: string; readonly body: Buffer }>

/** By name: `index.html`, `main.js`. */
export async function loadPublicFiles(directory: string): Promise<PublicFiles> {
  const files = new Map<string, { type: string; body: Buffer }>()
  for (const name of await readdir(directory)) {
    const type = TYPES[path.extname(name)]
    if (type !== undefined)
      files.set(name, { type, body: await readFile(path.join(directory, name)) })
  }
  return files
}

/** Pages are the same for everybody, so they may be kept as long as they are asked about each time. */
export function servePublicFiles(files: PublicFiles): RequestHandler {
  return (request, response, next) => {
    const name = request.path === '/' ? 'index.html' : request.path.slice(1)
    const file = files.get(name)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (file === undefined || !isRead) return next()
    response.set('Cache-Control', 'no-cache').set('Content-Type', file.type).send(file.body)
  }
}
