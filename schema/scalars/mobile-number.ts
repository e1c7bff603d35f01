// Iranian mobile numbers. Canonical: E.164, `+989121234567`, as the claim `phone_number` has it.

/** `0912…`, `98912…`, `0098912…`, `912…`, `+98912…` in ASCII digits, blanks and dashes allowed; undefined for anything else. */
export function toMobileNumber(text: string): string | undefined {
  const match = /^(?:\+98|0098|98|0)?(9[0-9]{9})$/.exec(text.replace(/[\s-]/g, ''))
  return match?.[1] === undefined ? undefined : `+98${match[1]}`
}
