// Rewrites the users of gov-realm.json from the people of the estate: `node deploy/keycloak/write-users.ts`.
import { readFile, writeFile } from 'node:fs/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { buildUsers } from './users.ts'

const People = Type.Object({
  personas: Type.Array(
    Type.Object({
      key: Type.String(),
      nationalId: Type.String(),
      firstName: Type.String(),
      lastName: Type.String(),
      mobile: Type.String(),
    }),
  ),
})
const Realm = Type.Record(Type.String(), Type.Unknown())

const file = new URL('gov-realm.json', import.meta.url)
const people = new URL('../../test/estate/personas.json', import.meta.url)

const realm = Value.Parse(Realm, JSON.parse(await readFile(file, 'utf8')))
const { personas } = Value.Parse(People, JSON.parse(await readFile(people, 'utf8')))
const whole = { ...realm, users: buildUsers(personas) }
await writeFile(file, `${JSON.stringify(whole, undefined, 2)}\n`)
