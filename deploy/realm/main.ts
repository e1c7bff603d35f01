// The command's door to this process: `npm run -s realm -- …`.
import { runRealm } from './command.ts'

if (import.meta.main) {
  process.exitCode = await runRealm(process.argv.slice(2), {
    // oxlint-disable-next-line node/no-process-env -- a command of its own, run by a person or a pipeline: the placeholders of the realm files are variables of any name, as for Keycloak's import
    environment: process.env,
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  })
}
