// The command's door to this process: `npm run -s realm -- …`.
import { secretsOf } from '../../gateway/config.ts'
import { runRealm } from './command.ts'

if (import.meta.main) {
  process.exitCode = await runRealm(process.argv.slice(2), {
    environment: secretsOf(),
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  })
}
