import { describe, expect, test } from 'vitest'

import type { ScalarType, Value } from '../../../adapters/adapter.ts'
import type { Scalar } from '../../../adapters/mapping/normaliser.ts'
import { type NormaliserName, NORMALISERS } from '../../../adapters/mapping/normalisers.ts'

// What a system writes, and what we publish; undefined: refused, never guessed.
const DECODED: readonly (readonly [NormaliserName, Scalar, Value | undefined])[] = [
  ['DIGITS', '۲٣9۵/١1۷', '2395/117'],
  ['DIGITS', ' 12 ', '12'],
  ['EMPTY', '  ', null],
  ['EMPTY', '-', null],
  ['EMPTY', 'null', null],
  ['EMPTY', 'الف', 'الف'],
  ['ZERO_IS_ABSENT', 0, null],
  ['ZERO_IS_ABSENT', '-1', null],
  ['ZERO_IS_ABSENT', 137, 137],
  ['PERSIAN_TEXT', 'علي كريمي', 'علی کریمی'],
  ['PERSIAN_TEXT', 'كـــاوه\u00a0\u00a0يكتا\uf076', 'کاوه یکتا'],
  ['PERSIAN_TEXT', 'نیک\u200cنام', 'نیک\u200cنام'],
  ['PERSIAN_TEXT', 'می\u200c\u200cرود \u200cتا', 'می\u200cرود تا'],
  ['BASE64_TEXT', '2qnYp9mI2Yc=', 'کاوه'],
  ['BASE64_TEXT', '2qnYp9mI2Yc', undefined],
  ['BASE64_TEXT', '/w==', undefined],
  ['BASE64_TEXT', 'کاوه', undefined],
  ['NATIONAL_ID', 4_120_371, '0004120371'],
  ['NATIONAL_ID', '۰۰۰۴۱۲۰۳۷۱', '0004120371'],
  ['NATIONAL_ID', '0004120371', '0004120371'],
  ['NATIONAL_ID', '4120372', undefined],
  ['NATIONAL_ID', '1111111111', undefined],
  ['NATIONAL_ID', '-1', undefined],
  ['NATIONAL_ID', true, undefined],
  ['POST_CODE', '15936-01044', '1593601044'],
  ['POST_CODE', '۱۵۹۳۶۰۱۰۴۴', '1593601044'],
  ['POST_CODE', '593601044', undefined],
  ['MOBILE', '09000000001', '+989000000001'],
  ['MOBILE', '9000000001', '+989000000001'],
  ['MOBILE', '0098 900 000 0001', '+989000000001'],
  ['MOBILE', '02188888888', undefined],
  ['PLATE', '12ع345-11', '12ع345-11'],
  ['PLATE', '۱۲ ع ۳۴۵ - ۱۱', '12ع345-11'],
  ['PLATE', 'ايران 11 - 12 ي 345', '12ی345-11'],
  ['PLATE', '12ع345', undefined],
  ['JALALI_YYYYMMDD', 13_960_907, '2017-11-28'],
  ['JALALI_YYYYMMDD', '13520300', null],
  ['JALALI_YYYYMMDD', 13_350_000, null],
  ['JALALI_YYYYMMDD', 14_031_230, '2025-03-20'],
  ['JALALI_YYYYMMDD', 14_041_230, undefined],
  ['JALALI_YYYYMMDD', 13_521_301, undefined],
  ['JALALI_YYYYMMDD', 20_171_128, undefined],
  ['JALALI_YYYYMMDD', -1, undefined],
  ['JALALI_SLASHED', '1396/09/07', '2017-11-28'],
  ['JALALI_SLASHED', '1396/9/7', '2017-11-28'],
  ['JALALI_SLASHED', '۱٣9۶/٠9/۰7', '2017-11-28'],
  ['JALALI_SLASHED', '1396/7/31', undefined],
  ['JALALI_SLASHED', '96/9/7', undefined],
  ['JALALI_SLASHED', '7/9/1396', undefined],
  ['JALALI_SHORT', '96/9/7', '2017-11-28'],
  ['JALALI_SHORT', '960907', '2017-11-28'],
  ['JALALI_SHORT', '28/12/95', undefined],
  ['JALALI_TEXT', 13_520_312, '1352/03/12'],
  ['JALALI_TEXT', '13520300', '1352/03'],
  ['JALALI_TEXT', 13_350_000, '1335'],
  ['JALALI_TEXT', '1352/3', '1352/03'],
  ['JALALI_TEXT', '13521301', undefined],
  ['JALALI_MONTH', '1397/9', '1397/09'],
  ['JALALI_MONTH', '139709', '1397/09'],
  ['JALALI_MONTH', '1397/13', undefined],
  ['JALALI_MONTH', '1397/00', undefined],
  ['JALALI_MONTH_START', '1397/01', '2018-03-21'],
  ['JALALI_MONTH_START', '1397/1/1', undefined],
  ['JALALI_MONTH_END', '1397/12', '2019-03-20'],
  ['JALALI_MONTH_END', '1399/12', '2021-03-20'],
  ['APPROXIMATE', 13_220_500, true],
  ['APPROXIMATE', 13_220_512, false],
  ['APPROXIMATE', '1322', undefined],
  ['SENTINEL_DATE', '1300/01/01', null],
  ['SENTINEL_DATE', '00000000', null],
  ['SENTINEL_DATE', '99999999', null],
  ['SENTINEL_DATE', 0, null],
  ['SENTINEL_DATE', '1397/09/07', '1397/09/07'],
  ['ISO_DATE', '2009-02-24T14:55:00', '2009-02-24'],
  ['ISO_DATE', '2009-02-24', '2009-02-24'],
  ['ISO_DATE', '2009-02-30', undefined],
  ['BOOLEAN_TEXT', 'بلی', true],
  ['BOOLEAN_TEXT', 'خير', false],
  ['BOOLEAN_TEXT', '۱', true],
  ['BOOLEAN_TEXT', 0, false],
  ['BOOLEAN_TEXT', 'N', false],
  ['BOOLEAN_TEXT', 'شاید', undefined],
  ['RIAL', '15,160,000', '15160000'],
  ['RIAL', '۱۰۴٬۰۰۰٬۰۰۰', '104000000'],
  ['RIAL', '9007199254740993', '9007199254740993'],
  ['RIAL', '15,16', undefined],
  ['RIAL', '12.5', undefined],
  ['TOMAN', '2,000', '20000'],
  ['TOMAN', 'دو هزار', undefined],
  ['WHOLE_NUMBER', 12, 12],
  ['WHOLE_NUMBER', '12.0', 12],
  ['WHOLE_NUMBER', '۱٬۵۲۲', 1522],
  ['WHOLE_NUMBER', 12.5, undefined],
  ['WHOLE_NUMBER', '90071992547409930', undefined],
  ['DECIMAL_TEXT', '۸۶٫٤5', '86.45'],
  ['DECIMAL_TEXT', '18/5', '18.5'],
  ['DECIMAL_TEXT', '86.450', '86.450'],
  ['DECIMAL_TEXT', ' 15,300 ', '15300'],
  ['DECIMAL_TEXT', '۱٬۲۵۰٫۵', '1250.5'],
  ['DECIMAL_TEXT', '-3', '-3'],
  ['DECIMAL_TEXT', '-0', '0'],
  ['DECIMAL_TEXT', '-0/5', '-0.5'],
  ['DECIMAL_TEXT', '-1,250.5', '-1250.5'],
  ['DECIMAL_TEXT', '--5', undefined],
  ['DECIMAL_TEXT', '1,25', undefined],
  ['DECIMAL_TEXT', '1.2.3', undefined],
  ['DECIMAL_TEXT', '12/', undefined],
  ['DECIMAL_TEXT', '1e3', undefined],
  ['DECIMAL_TEXT', '', undefined],
  ['DANG_TEXT', 'شش دانگ', '6'],
  ['DANG_TEXT', 'سه دانگ مشاع از شش دانگ', '3'],
  ['DANG_TEXT', 'يك و نيم دانگ', '1.5'],
  ['DANG_TEXT', 'نیم دانگ', '0.5'],
  ['DANG_TEXT', '۲٫۵ دانگ', '2.5'],
  ['DANG_TEXT', 'شش و نیم دانگ', undefined],
  ['DANG_TEXT', '6.5 دانگ', undefined],
  ['DANG_TEXT', 'هفت دانگ', undefined],
]

// Our value, the contract's type, and what is sent; undefined: cannot be said.
const ENCODED: readonly (readonly [NormaliserName, Scalar, ScalarType, Value | undefined])[] = [
  ['NATIONAL_ID', '0004120371', 'exact', '4120371'],
  ['NATIONAL_ID', '0004120371', 'int', 4_120_371],
  ['NATIONAL_ID', '0004120371', 'string', '0004120371'],
  ['NATIONAL_ID', '0004120372', 'string', undefined],
  ['BASE64_TEXT', 'کاوه', 'binary', '2qnYp9mI2Yc='],
  ['MOBILE', '+989000000001', 'string', '09000000001'],
  ['MOBILE', 'x', 'string', undefined],
  ['POST_CODE', '1593601044', 'string', '1593601044'],
  ['JALALI_YYYYMMDD', '2017-11-28', 'int', 13_960_907],
  ['JALALI_YYYYMMDD', '2017-11-31', 'int', undefined],
  ['JALALI_SLASHED', '2017-11-28', 'string', '1396/09/07'],
  ['JALALI_SHORT', '2017-11-28', 'string', '96/09/07'],
  ['JALALI_SHORT', '2025-11-28', 'string', undefined],
  ['JALALI_MONTH_START', '2018-03-21', 'string', '1397/01'],
  ['BOOLEAN_TEXT', true, 'string', '1'],
  ['BOOLEAN_TEXT', false, 'int', 0],
  ['BOOLEAN_TEXT', 'بلی', 'string', undefined],
  ['RIAL', '104000000', 'exact', '104000000'],
  ['TOMAN', '20000', 'string', '2000'],
  ['TOMAN', '20005', 'string', undefined],
  ['WHOLE_NUMBER', 12, 'string', '12'],
  ['DANG_TEXT', '1.5', 'string', 'یک و نیم دانگ'],
  ['DANG_TEXT', '3', 'string', 'سه دانگ'],
  ['DANG_TEXT', '1.3', 'string', undefined],
  ['APPROXIMATE', true, 'string', undefined],
]

describe('NORMALISERS', () => {
  test.each(DECODED)('%s reads %j as %j', (name, raw, value) => {
    expect(NORMALISERS[name].decode(raw)).toStrictEqual(value)
  })

  test.each(ENCODED)('%s writes %j to a %s as %j', (name, ours, type, theirs) => {
    expect(NORMALISERS[name].encode(ours, type)).toStrictEqual(theirs)
  })

  test.each(Object.entries(NORMALISERS))(
    '%s is tested, described and names its quirk',
    (name, row) => {
      expect(DECODED.filter(([tested]) => tested === name).length).toBeGreaterThan(1)
      expect(row.description).toMatch(/\.$/)
      for (const quirk of row.quirks) expect(quirk).toMatch(/^Q[0-9]{1,2}$/)
      expect(row.quirks).not.toEqual([])
    },
  )

  test('a row gives back the very value that needs no repair', () => {
    expect(NORMALISERS.SENTINEL_DATE.decode(13_520_312)).toBe(13_520_312)
    expect(NORMALISERS.POST_CODE.decode('1593601044')).toBe('1593601044')
  })
})
