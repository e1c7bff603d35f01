// Iranian postcode: ten digits, the first of them not zero.

/** `1234567890` or `12345-67890` in ASCII digits; undefined for anything else. */
export function toPostCode(text: string): string | undefined {
  const match = /^([1-9][0-9]{4})-?([0-9]{5})$/.exec(text.trim())
  return match === null ? undefined : `${match[1]}${match[2]}`
}
