// Sessions and locks of people. Whatever ends here is told to the clients of the session by back channel.

import { record } from './record.ts'
import { type Asked, NO_CONTENT, ok, Refusal, type Reply, type Route } from './route.ts'
import { userOf } from './users.ts'

const VIEW = ['view-users', 'manage-users']
const MANAGE = ['manage-users']
const LOCK = '/attack-detection/brute-force/users/:id'

export const SESSION_ROUTES: readonly Route[] = [
  { method: 'DELETE', path: '/sessions/:id', roles: MANAGE, answer: end },
  { method: 'POST', path: '/logout-all', roles: MANAGE, answer: endAll },
  { method: 'GET', path: LOCK, roles: VIEW, answer: showLock },
  { method: 'DELETE', path: LOCK, roles: MANAGE, answer: unlock },
]

function end(asked: Asked): Reply {
  const { id = '' } = asked.parameters
  if (!asked.realm.sessions.end(id, 'admin')) throw new Refusal(404, 'Sesssion not found')
  record(asked, 'DELETE', { type: 'USER_SESSION', path: `sessions/${id}` })
  return NO_CONTENT
}

function endAll(asked: Asked): Reply {
  for (const { id } of asked.realm.sessions.list()) asked.realm.sessions.end(id, 'admin')
  record(asked, 'ACTION', { type: 'REALM', path: 'logout-all' })
  return ok({})
}

function showLock(asked: Asked): Reply {
  const name = userOf(asked).username.toLowerCase()
  const failures = asked.realm.attempts.of(name)
  return ok({
    numFailures: failures?.count ?? 0,
    disabled: asked.realm.attempts.isLocked(name),
    lastIPFailure: failures?.lastAddress ?? 'n/a',
    lastFailure: failures?.lastMs ?? 0,
  })
}

function unlock(asked: Asked): Reply {
  const { id, username } = userOf(asked)
  asked.realm.attempts.succeed(username.toLowerCase())
  record(asked, 'DELETE', { type: 'USER_LOGIN_FAILURE', path: `attack-detection/users/${id}` })
  return NO_CONTENT
}
