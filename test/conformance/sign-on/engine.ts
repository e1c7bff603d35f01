// The port of every suite that runs on both sign-on engines: real Keycloak and the embedded one, with one realm.
// `engineNames()` says which are to be tried, `openEngine(name, options)` starts one with a realm of its own.

import type { KeyPair } from '../../support/authority.ts'

/** What is changed of the checkout's realm (deploy/keycloak, agencies included) before an engine starts with it. */
export interface EngineOptions {
  /** Values of the realm's `${NAME}`, over those of the demo (deploy/embedded/sign-on/demo-variables.ts). */
  readonly variables?: Readonly<Record<string, string>>
  /** More clients, as Keycloak's ClientRepresentation; `serviceAccountRoles` gives their service account realm roles. */
  readonly clients?: readonly TestClient[]
  /** The merged realm, placeholders still in it, for whatever else a suite needs of it. */
  readonly change?: (realm: RealmFile) => RealmFile
  /** Also by HTTPS. */
  readonly tls?: boolean
}

export interface RealmFile {
  readonly clients: readonly TestClient[]
  readonly users: readonly TestUser[]
  readonly [member: string]: unknown
}

export interface TestUser {
  readonly id?: string
  readonly username: string
  readonly credentials?: readonly { readonly type: string; readonly [member: string]: unknown }[]
  readonly [member: string]: unknown
}

export interface TestClient {
  readonly clientId: string
  readonly secret?: string
  readonly serviceAccountRoles?: readonly string[]
  readonly [member: string]: unknown
}

export type EngineName = 'keycloak' | 'embedded'

export interface Person {
  readonly username: string
  readonly password: string
  /** Base32 (RFC 4648); absent for whoever has no second factor. */
  readonly totpSecret: string | undefined
}

/** The same realm by HTTPS, where clients show certificates (RFC 8705). Its tokens name the issuer without TLS. */
export interface EngineTls {
  /** `https://127.0.0.1:PORT/realms/REALM` */
  readonly address: string
  /** Signed the server's certificate, and those that it takes of clients. */
  readonly authority: KeyPair
}

export interface SignOnEngine {
  readonly name: EngineName
  /** `http://127.0.0.1:PORT/realms/REALM` */
  readonly issuer: string
  /** The realm's name: `gov` on the embedded engine, one of its own on Keycloak, so that suites do not meet. */
  readonly realm: string
  /** Server part of the issuer, for `@keycloak/keycloak-admin-client`. */
  readonly serverUrl: string
  /** Keycloak's admin REST API for this realm: `http://127.0.0.1:PORT/admin/realms/REALM` */
  readonly adminUrl: string
  /** The confidential client whose service account administers the realm. */
  readonly administration: { readonly clientId: string; readonly clientSecret: string }
  /** A person of the realm file by user name. */
  readonly person: (key: string) => Person
  /** The secret of a client of the realm; undefined for one that has none. */
  readonly secretOf: (clientId: string) => string | undefined
  /** Where it was asked for. */
  readonly tls?: EngineTls
  close(): Promise<void>
}
