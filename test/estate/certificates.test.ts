import { X509Certificate } from 'node:crypto'

import { expect, test } from 'vitest'

import { CLIENT_NAME, createCertificates } from './certificates.ts'

const { authority, server, client } = await createCertificates()
const root = new X509Certificate(authority)

test('one authority signs the server and the client', () => {
  expect(root.ca).toBe(true)
  for (const { certificate } of [server, client]) {
    const leaf = new X509Certificate(certificate)
    expect(leaf.ca).toBe(false)
    expect(leaf.verify(root.publicKey)).toBe(true)
    expect(leaf.checkIssued(root)).toBe(true)
  }
})

test('the server is known by its loopback names', () => {
  const leaf = new X509Certificate(server.certificate)
  expect(leaf.checkHost('localhost')).toBe('localhost')
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(leaf.checkIP('127.0.0.2')).toBeUndefined()
})

test('the client is known by its name', () => {
  expect(new X509Certificate(client.certificate).subject).toBe(`CN=${CLIENT_NAME}`)
})
