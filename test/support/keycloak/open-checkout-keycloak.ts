import { DEMO_VARIABLES } from '../../../deploy/embedded/sign-on/demo-variables.ts'
import { runRealm } from '../../../deploy/realm/command.ts'
import { invariant } from '../../../schema/errors.ts'
import { fetchKeycloak } from './fetch-keycloak.ts'
import { type Keycloak, startKeycloak } from './start-keycloak.ts'

/** Keycloak with this checkout's realm and the demo's public values; `npm run realm` finds all of it to be its own. */
export async function openCheckoutKeycloak(
  print: (line: string) => void,
  { port = 0, hostname }: { readonly port?: number; readonly hostname?: string } = {},
): Promise<Keycloak> {
  const home = await fetchKeycloak(print)
  const lines: string[] = []
  const out = (line: string): void => void lines.push(line)
  const code = await runRealm(['render'], { environment: () => undefined, out, error: print })
  invariant(code === 0, 'the realm files of the checkout are whole')
  return startKeycloak({
    home,
    realm: lines.join('\n'),
    variables: DEMO_VARIABLES,
    port,
    ...(hostname && { hostname }),
  })
}
