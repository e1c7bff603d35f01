import { DEMO_VARIABLES } from '../../../deploy/embedded/sign-on/demo-variables.ts'
import { readDesiredRealm } from '../../../deploy/realm/desired/desired-realm.ts'
import { fetchKeycloak } from './fetch-keycloak.ts'
import { type Keycloak, startKeycloak } from './start-keycloak.ts'

/** Keycloak with this checkout's realm and the demo's public values. */
export async function openCheckoutKeycloak(
  print: (line: string) => void,
  port = 0,
): Promise<Keycloak> {
  const home = await fetchKeycloak(print)
  const realm = JSON.stringify(await readDesiredRealm())
  return startKeycloak({ home, realm, variables: DEMO_VARIABLES, port })
}
