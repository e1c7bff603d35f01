// How old systems write amounts.

const PERSIAN_ZERO = 0x06f0

/** `1234567` → `1,234,567` */
export function withCommas(amount: number): string {
  return String(amount).replace(/\B(?=([0-9]{3})+$)/gu, ',')
}

/** `1234567` → `۱٬۲۳۴٬۵۶۷` (Q13) */
export function withPersianSeparators(amount: number): string {
  return withCommas(amount)
    .replaceAll(',', '٬')
    .replace(/[0-9]/gu, (digit) => String.fromCodePoint(PERSIAN_ZERO + Number(digit)))
}
