import { describe, expect, it } from 'vitest'

import { isSubjectName } from '../../schema/subject-name.ts'

describe('the subject of a certificate', () => {
  it.each([
    'CN=cartable',
    'CN=cartable,OU=RMTO,O=سازمان راه‌داری,L=تهران,C=IR',
    'serialNumber=14000 12 b,CN=a.b-c (d)|e:f/g@h',
    String.raw`CN=one\, two\\,O=\+x`,
    'UID=7,DC=rmto,DC=ir',
  ])('may be %s', (text) => {
    expect(isSubjectName(text)).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['an expression', '.*'],
    ['an expression of parts', 'CN=.*,O=RMTO'],
    ['an asterisk', 'CN=*'],
    ['an empty value', 'CN='],
    ['a part without a type', 'CN=a,RMTO'],
    ['two types in one part', 'CN=a+UID=7'],
    ['blanks beside the comma', 'CN=a, O=b'],
    ['blanks beside the sign', 'CN = a'],
    ['a blank at its end', 'CN=a '],
    ['bytes in hexadecimal', 'CN=#0401'],
    ['an escape of another kind', String.raw`CN=\D8\B3`],
    ['a type by its number', '2.5.4.3=a'],
    ['a type that nobody knows', 'XX=a'],
    ['a line break', 'CN=a\n'],
    ['a second line', 'CN=a\nO=b'],
    ['what turns the reading order', 'CN=a\u202Eb'],
    ['more than 500 signs', `CN=${'a'.repeat(500)}`],
  ])('is not %s', (_what, text) => {
    expect(isSubjectName(text)).toBe(false)
  })
})
