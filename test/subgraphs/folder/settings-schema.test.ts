import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { SETTINGS_SCHEMA_FILE, settingsSchema } from '../../../subgraphs/folder/settings-schema.ts'

test('schema/system.schema.json is fresh: run node subgraphs/folder/settings-schema.ts', async () => {
  expect(await readFile(SETTINGS_SCHEMA_FILE, 'utf8')).toBe(settingsSchema())
})
