import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { SETTINGS_SCHEMA_FILE, settingsSchema } from '../../subgraphs/settings-schema.ts'

test('schema/system.schema.json is fresh: run node subgraphs/settings-schema.ts', async () => {
  expect(await readFile(SETTINGS_SCHEMA_FILE, 'utf8')).toBe(settingsSchema())
})
