import { expect, test } from 'vitest'

import { ConfigError, readConfig } from '../../gateway/config.ts'
import { inFlags, readFlags } from '../../gateway/flags.ts'

const FLAGS = { supergraph: 'PANJAREH_SUPERGRAPH', port: 'PANJAREH_PORT' }

test('a flag says what its variable says, with a space or an equals sign', () => {
  expect(readFlags(['--port', '1', '--supergraph=a=b'], FLAGS)).toEqual({
    PANJAREH_PORT: '1',
    PANJAREH_SUPERGRAPH: 'a=b',
  })
  expect(readFlags([], FLAGS)).toEqual({})
})

test.each<[string, readonly string[], readonly string[]]>([
  ['a misspelt flag, not its value', ['--prt', '1'], ['--prt is not a flag; did you mean --port?']],
  ['a flag like nothing here', ['--verbose'], ['--verbose is not a flag']],
  ['a name that objects have', ['--constructor', 'x'], ['--constructor is not a flag']],
  ['a short flag', ['-p', '1'], ['-p is not a flag']],
  ['no value', ['--port'], ['--port needs a value']],
  [
    'a flag for a value',
    ['--port', '--supergraph', 'x'],
    ['--port needs a value', '"x" belongs to no flag'],
  ],
  ['a word', ['serve', '--port', '1'], ['"serve" belongs to no flag']],
])('refuses %s', (_, args, findings) => {
  let error: unknown
  try {
    readFlags(args, FLAGS)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(ConfigError)
  expect(error).toMatchObject({ findings })
})

test('what is wrong with a variable is told by the flag that said it', () => {
  const told = { PANJAREH_PORT: 'x' }
  const findingsOf = (read: () => unknown): readonly string[] => {
    try {
      read()
    } catch (error) {
      if (error instanceof ConfigError) return inFlags(error, FLAGS, told).findings
    }
    return []
  }
  const findings = findingsOf(() => readConfig({ PANJAREH_BODY: 'y' }, told))
  expect(findings.map((finding) => finding.split(' ')[0])).toEqual(['PANJAREH_BODY', '--port'])
})
