// Namespace names of the specifications that this folder speaks.

export const WSDL = 'http://schemas.xmlsoap.org/wsdl/'
export const XSD = 'http://www.w3.org/2001/XMLSchema'
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
export const SOAP_ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'
export const SOAP_ENCODING_12 = 'http://www.w3.org/2003/05/soap-encoding'

export type SoapVersion = '1.1' | '1.2'

/** Namespace of the WSDL binding elements (`soap:binding`, `soap:body` …). */
export const BINDING: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/wsdl/soap/',
  '1.2': 'http://schemas.xmlsoap.org/wsdl/soap12/',
}

/** Namespace of the envelope on the wire. */
export const ENVELOPE: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

/** A server that speaks the other version answers in its own (SOAP 1.2 part 1 appendix A), so both are read. */
export function isEnvelope(namespace: string): boolean {
  return namespace === ENVELOPE['1.1'] || namespace === ENVELOPE['1.2']
}

/** A name with its namespace as one key: `{namespace}local`. */
export function toKey(namespace: string, local: string): string {
  return `{${namespace}}${local}`
}
