import type { EngineName, EngineOptions, SignOnEngine } from '../engine.ts'
import { openEmbedded } from './embedded.ts'
import { openKeycloak } from './keycloak.ts'

/** Address of a running Keycloak whose administrator is admin/admin. `npm run conformance` starts one and sets this. */
export const KEYCLOAK_VARIABLE = 'PANJAREH_TEST_KEYCLOAK'
/** Its `tlsFile`. */
export const KEYCLOAK_TLS_VARIABLE = 'PANJAREH_TEST_KEYCLOAK_TLS'

/** Embedded always; Keycloak where one runs. CI and `npm run conformance` run both. */
export function engineNames(): readonly EngineName[] {
  return process.env[KEYCLOAK_VARIABLE] === undefined ? ['embedded'] : ['keycloak', 'embedded']
}

export function openEngine(name: EngineName, options: EngineOptions = {}): Promise<SignOnEngine> {
  const { [KEYCLOAK_VARIABLE]: url = '', [KEYCLOAK_TLS_VARIABLE]: tlsFile } = process.env
  return name === 'embedded' ? openEmbedded(options) : openKeycloak({ url, tlsFile }, options)
}
