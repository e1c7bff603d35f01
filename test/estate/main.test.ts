import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGKILL'))

interface Announcement {
  systems: { id: string; name: string; protocol: string; url: string }[]
  environment: Record<string, string>
  control: string
}

const SUBGRAPHS = new URL('../../subgraphs/', import.meta.url)

async function listFolders(): Promise<string[]> {
  const names = await readdir(SUBGRAPHS, { recursive: true })
  return names.flatMap((name) => /^([^/]+)\/system\.json$/u.exec(name)?.[1] ?? []).toSorted()
}

async function start(): Promise<{ estate: ChildProcess; lines: string[]; said: Announcement }> {
  const estate = spawn(process.execPath, [MAIN, '--seed', '7'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child = estate
  const lines: string[] = []
  const reader = createInterface({ input: estate.stdout })
  reader.on('line', (line) => lines.push(line))
  await once(reader, 'line')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- asserted field by field below
  const said = JSON.parse(lines[0] ?? '') as Announcement
  return { estate, lines, said }
}

test('announces the simulator of every system folder in one line and ends when stdin closes', async () => {
  const { estate, lines, said } = await start()
  expect(said.systems.map(({ id }) => id).toSorted()).toEqual(await listFolders())
  for (const { id, url } of said.systems) {
    expect(said.environment[`${id.toUpperCase().replaceAll('-', '_')}_URL`]).toBe(url)
  }
  expect((await fetch(`${said.control}/calls`)).status).toBe(200)
  estate.stdin?.end()
  const [code] = await once(estate, 'exit')
  expect(code).toBe(0)
  expect(lines).toHaveLength(1)
})

test('says every variable that the product needs', async () => {
  const { said } = await start()
  expect(Object.keys(said.environment)).toEqual(
    expect.arrayContaining([
      'NOCR_PERSON_USER',
      'NOCR_PERSON_PASSWORD',
      'SSAA_DEED_USER',
      'SSAA_DEED_PASSWORD',
      'RMTO_SMARTCARD_USER',
      'RMTO_SMARTCARD_PASSWORD',
      'CRA_SHAHKAR_USER',
      'CRA_SHAHKAR_PASSWORD',
      'POST_GNAF_SECRET',
      'TAMIN_HISTORY_CLIENT',
      'TAMIN_HISTORY_SECRET',
      'VAZIFE_STATUS_USER',
      'VAZIFE_STATUS_PASSWORD',
      'RAHVAR_LICENCE_CERTIFICATE',
      'RAHVAR_LICENCE_KEY',
      'RAHVAR_LICENCE_AUTHORITY',
    ]),
  )
})

test('ends on SIGTERM', async () => {
  const { estate } = await start()
  estate.kill('SIGTERM')
  const [code] = await once(estate, 'exit')
  expect(code).toBe(0)
})
