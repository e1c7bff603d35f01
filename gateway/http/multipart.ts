// An answer and its later parts as multipart/mixed, in the form of 2022-08-24 that Apollo's clients, urql and meros read.
// Each part ends with the next delimiter, because readers take a part only when they have seen that.

import type { Framing } from './framing.ts'

const DELIMITER = '\r\n---'

export const MULTIPART: Framing = {
  // The boundary stands last: some readers take all that follows it for its text.
  type: 'multipart/mixed; deferSpec=20220824; boundary="-"',
  opening: `${DELIMITER}\r\n`,
  frame: (json, last) =>
    `content-type: application/json; charset=utf-8\r\n\r\n${json}${DELIMITER}${last ? '--' : ''}\r\n`,
  closing: '',
  heartbeat: undefined,
}
