// Names of WS-Security 1.1.1, its profiles and XML Signature.

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss'
export const WSSE = `${OASIS}-wssecurity-secext-1.0.xsd`
export const WSU = `${OASIS}-wssecurity-utility-1.0.xsd`
export const PASSWORD_TEXT = `${OASIS}-username-token-profile-1.0#PasswordText`
export const PASSWORD_DIGEST = `${OASIS}-username-token-profile-1.0#PasswordDigest`
export const BASE64 = `${OASIS}-soap-message-security-1.0#Base64Binary`
export const X509_V3 = `${OASIS}-x509-token-profile-1.0#X509v3`
export const DS = 'http://www.w3.org/2000/09/xmldsig#'
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'

export const DIGESTS = {
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
} as const
export const SIGNATURES = {
  sha1: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  sha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  sha512: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
} as const
