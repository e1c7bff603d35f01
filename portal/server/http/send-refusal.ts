import type { ErrorRequestHandler, Request } from 'express'

import type { PortalLog } from '../options.ts'
import { PortalError } from '../portal-error.ts'
import { refusalPage, sendPage } from './pages.ts'

/** A person gets a page, or the way to the sign-in; a script gets an answer of the shape that GraphQL has. */
export function sendRefusal(base: string, log: PortalLog): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const refusal = error instanceof PortalError ? error : undefined
    tell(log, request.path, error)
    if (response.headersSent) return response.destroy()
    if (!request.complete) response.set('Connection', 'close')
    const rule = refusal?.rule ?? UNKNOWN
    if (rule.status === 503) response.set('Retry-After', '1')
    const isPage = isNavigation(request)
    if (isPage && refusal?.code === 'SESSION_ENDED') {
      const here = encodeURIComponent(request.originalUrl)
      return response.redirect(303, `${base}/sso/login?return_to=${here}`)
    }
    const { status, persian, english, publicCode } = rule
    const ofAccount = refusal?.code === 'FORBIDDEN'
    if (isPage)
      return sendPage(response, status, refusalPage(base, { persian, english, ofAccount }))
    return response
      .status(status)
      .json({ errors: [{ message: english, extensions: { code: publicCode } }] })
  }
}

function tell(log: PortalLog, path: string, error: unknown): void {
  if (!(error instanceof PortalError)) log.error(bugOf(error), 'portal failed by a bug')
  else log.info({ code: error.code, reason: error.reason, path }, 'refused')
}

const UNKNOWN = {
  status: 500,
  publicCode: 'INTERNAL',
  persian: 'خطایی در سمت ما رخ داد.',
  english: 'Something went wrong on our side.',
}

function isNavigation({ headers }: Request): boolean {
  const { 'sec-fetch-mode': mode, accept = '' } = headers
  return mode === undefined ? accept.includes('text/html') : mode === 'navigate'
}

/** Without the message, which may quote what a person typed. */
function bugOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { bug: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return { bug: error.name, stack: frames }
}
