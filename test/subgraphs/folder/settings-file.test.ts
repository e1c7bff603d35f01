import { expect, test } from 'vitest'

import { parseSettings } from '../../../subgraphs/folder/settings-file.ts'

test.each([
  ['{"retries": 1,\n"limits": {"timeout": "1s",\n "timeout": "9s"}}', 3, '"timeout"'],
  ['{"auth": [{"scheme": "basic"}, {"scheme": "basic"}],\n\n"auth": []}', 3, '"auth"'],
])('a name twice in one object is refused, and nothing else is said: %j', (text, line, name) => {
  expect(parseSettings(text, 'x/system.json')).toEqual({
    findings: [
      { file: 'x/system.json', line, message: `has ${name} twice in one object; keep one` },
    ],
  })
})

test('what is no JSON is refused', () => {
  expect(parseSettings('{"retries": }', 'x/system.json')).toMatchObject({
    findings: [{ file: 'x/system.json', line: 1, message: 'is not JSON' }],
  })
})
