// How old systems spoil clean text. In: clean text. Out: the same meaning, written as such a system would.

const DIGIT_SETS = ['۰۱۲۳۴۵۶۷۸۹', '٠١٢٣٤٥٦٧٨٩', '0123456789'] as const
const WHOLES = ['صفر', 'یک', 'دو', 'سه', 'چهار', 'پنج', 'شش'] as const

/** ی and ک as the Arabic letters ي and ك (Q7). */
export function arabicLetters(text: string): string {
  return text.replaceAll('ی', 'ي').replaceAll('ک', 'ك')
}

/** Persian, Arabic and Latin digits in turn, inside one text (Q8). */
export function mixedDigits(text: string): string {
  let seen = 0
  return text.replaceAll(/[0-9]/gu, (digit) => {
    const set = DIGIT_SETS[seen % DIGIT_SETS.length] ?? DIGIT_SETS[0]
    seen += 1
    return set[Number(digit)] ?? digit
  })
}

/** `86.45` as `86٫45`, the way Persian forms write a fraction (Q8). */
export function persianFraction(number: string): string {
  return number.replace('.', '٫')
}

/** `18.5` as `18/5`, the way of Persian office programs (Q8). */
export function slashFraction(number: number): string {
  return String(number).replace('.', '/')
}

/** `12ع345-11` as `12ع345 ايران 11`. */
export function spelledPlate(plate: string): string {
  return arabicLetters(plate.replace('-', ' ایران '))
}

/** `1396/09/07` as `1396/9/7` (Q2). */
export function unpaddedDate(date: string): string {
  return date.replaceAll(/\/0(?=\d)/gu, '/')
}

/** `1397/09/07` as `97/09/07` (Q4). */
export function shortDate(date: string): string {
  return date.slice(2)
}

/** `1352/03/12` as 13520312, unknown parts as 00 (Q3, Q30). */
export function compactDate(date: string): number {
  return Number(date.replaceAll('/', ''))
}

/** A share of six dang in words: «سه دانگ», «یک و نیم دانگ». */
export function dangWords(share: number): string {
  const whole = WHOLES[Math.floor(share)] ?? ''
  return share % 1 === 0 ? `${whole} دانگ` : `${whole} و نیم دانگ`
}
