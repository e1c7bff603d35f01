// What well-known namespaces declare, as far as operations need it: the content of one schema each, with `t` as the prefix of
// its own namespace. Written after the specifications that are named; their wording is theirs, the facts are everybody's.

import { SOAP_ENCODING, SOAP_ENCODING_12 } from '../namespaces.ts'

const XML = 'http://www.w3.org/XML/1998/namespace'
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity'

/** Namespace → content of its schema. */
export const WELL_KNOWN_TEXTS: ReadonlyMap<string, string> = new Map([
  [XML, xmlAttributes()],
  [SOAP_ENCODING, soapEncoding()],
  [SOAP_ENCODING_12, soapEncoding()],
  ['http://www.w3.org/1999/xlink', xlink()],
  ['http://www.w3.org/2005/05/xmlmime', xmlMime()],
  ['http://www.w3.org/2004/11/xmlmime', xmlMime()],
  ['http://www.w3.org/2004/06/xmlmime', xmlMime()],
  ['http://www.w3.org/2004/08/xop/include', xop()],
  ['http://ws-i.org/profiles/basic/1.1/xsd', swaReference()],
  ['http://www.w3.org/2005/08/addressing', addressing('ReferenceParameters')],
  ['http://schemas.xmlsoap.org/ws/2004/08/addressing', addressing('ReferenceProperties')],
  [`${WSSE}-utility-1.0.xsd`, securityUtility()],
  [`${WSSE}-secext-1.0.xsd`, security()],
  ['http://schemas.microsoft.com/2003/10/Serialization/', serialization()],
  ['http://microsoft.com/wsdl/types/', microsoftTypes()],
  ['http://xml.apache.org/xml-soap', apacheSoap()],
])

/** XML 1.0 §2.10, §2.12; XML Base; xml:id. */
function xmlAttributes(): string {
  return `${attributes('string', ['lang', 'space', 'base'])}${attributes('ID', ['id'])}
    <attributeGroup name="specialAttrs">${uses(['base', 'lang', 'space', 'id'], 'xml')}</attributeGroup>`
}

/** SOAP 1.1 §5.4 and SOAP 1.2 part 2 §3.1: what accessors may carry. The types are built in. */
function soapEncoding(): string {
  const names = ['arrayType', 'offset', 'position', 'root', 'itemType', 'arraySize', 'nodeType']
  const accessors = ['string', 'boolean', 'int', 'long', 'decimal', 'double', 'dateTime']
  return `${attributes('string', names)}
    ${accessors.map((name) => `<element name="${name}" type="t:${name}" nillable="true"/>`).join('')}
    ${['commonAttributes', 'arrayAttributes', 'arrayMemberAttributes'].map((name) => `<attributeGroup name="${name}"><anyAttribute/></attributeGroup>`).join('')}
    <group name="Array"><sequence>${rest()}</sequence></group>`
}

/** XLink 1.0 §4. The group for simple links is the one of the schemas that OGC and W3C hand out. */
function xlink(): string {
  const names = [
    'type',
    'href',
    'role',
    'arcrole',
    'title',
    'show',
    'actuate',
    'label',
    'from',
    'to',
  ]
  const simple = names.slice(0, 7)
  return `${attributes('string', names)}
    <attributeGroup name="simpleLink">${uses(simple)}</attributeGroup>
    <attributeGroup name="simpleAttrs">${uses(simple)}</attributeGroup>`
}

/** Describing Media Content of Binary Data in XML §3. */
function xmlMime(): string {
  return `${attributes('string', ['contentType', 'expectedContentTypes', 'expectedContentType'])}
    ${mediaType('base64Binary')}${mediaType('hexBinary')}`
}

/** XML-binary Optimized Packaging §2.1. */
function xop(): string {
  return `<element name="Include" type="t:Include"/>
    <complexType name="Include"><sequence>${rest()}</sequence>
    <attribute name="href" type="anyURI" use="required"/><anyAttribute namespace="##other"/></complexType>`
}

/** WS-I Attachments Profile 1.0 §4.4. */
function swaReference(): string {
  return '<simpleType name="swaRef"><restriction base="anyURI"/></simpleType>'
}

/** WS-Addressing 1.0 Core §2.1 and §3.2, and its submission of August 2004. */
function addressing(parameters: string): string {
  const uris = ['MessageID', 'To', 'Action', 'ProblemIRI']
  const references = ['EndpointReference', 'ReplyTo', 'From', 'FaultTo']
  return `${elements(uris, 'AttributedURIType')}${elements(references, 'EndpointReferenceType')}
    ${elements(['RelatesTo'], 'RelatesToType')}
    ${elements(['ReferenceParameters', 'ReferenceProperties'], 'ReferenceParametersType')}
    ${elements(['Metadata'], 'MetadataType')}
    ${textWithAttributes('AttributedURIType', 'anyURI')}${textWithAttributes('AttributedURI', 'anyURI')}
    ${textWithAttributes('AttributedQName', 'QName')}${textWithAttributes('ServiceNameType', 'QName')}
    <complexType name="RelatesToType"><simpleContent><extension base="anyURI">
      <attribute name="RelationshipType" type="anyURI"/><anyAttribute/></extension></simpleContent></complexType>
    <complexType name="EndpointReferenceType"><sequence><element name="Address" type="t:AttributedURIType" form="qualified"/>
      ${parameters === 'ReferenceProperties' ? optional('ReferenceProperties', 'ReferenceParametersType') : ''}
      ${optional('ReferenceParameters', 'ReferenceParametersType')}
      ${parameters === 'ReferenceProperties' ? optional('PortType', 'AttributedQName') + optional('ServiceName', 'ServiceNameType') : optional('Metadata', 'MetadataType')}
      ${rest()}</sequence><anyAttribute/></complexType>
    ${open('ReferenceParametersType')}${open('ReferencePropertiesType')}${open('MetadataType')}`
}

/** WSS SOAP Message Security 1.1 §4 and §10. */
function securityUtility(): string {
  return `${attributes('ID', ['Id'])}
    ${textWithAttributes('AttributedDateTime', 'string')}${textWithAttributes('AttributedURI', 'anyURI')}
    <attributeGroup name="commonAtts">${uses(['Id'])}<anyAttribute/></attributeGroup>
    <element name="Created" type="t:AttributedDateTime"/><element name="Expires" type="t:AttributedDateTime"/>
    <element name="Timestamp" type="t:TimestampType"/>
    <complexType name="TimestampType"><sequence><element ref="t:Created" minOccurs="0"/><element ref="t:Expires" minOccurs="0"/>
      </sequence>${uses(['Id'])}</complexType>`
}

/** WSS SOAP Message Security 1.1 §5, UsernameToken Profile 1.1 §3.1. */
function security(): string {
  return `<element name="Security" type="t:SecurityHeaderType"/>${open('SecurityHeaderType')}
    ${textWithAttributes('AttributedString', 'string')}
    ${textWithAttributes('PasswordString', 'string', '<attribute name="Type" type="anyURI"/>')}
    ${textWithAttributes('EncodedString', 'string', '<attribute name="EncodingType" type="anyURI"/>')}
    <element name="Username" type="t:AttributedString"/><element name="Password" type="t:PasswordString"/>
    <element name="Nonce" type="t:EncodedString"/><element name="UsernameToken" type="t:UsernameTokenType"/>
    <complexType name="UsernameTokenType"><sequence><element name="Username" type="t:AttributedString" form="qualified"/>
      <element ref="t:Password" minOccurs="0"/><element ref="t:Nonce" minOccurs="0"/>${rest()}</sequence><anyAttribute/></complexType>
    ${textWithAttributes('BinarySecurityTokenType', 'string', '<attribute name="ValueType" type="anyURI"/><attribute name="EncodingType" type="anyURI"/>')}
    <element name="BinarySecurityToken" type="t:BinarySecurityTokenType"/>
    <element name="SecurityTokenReference" type="t:SecurityTokenReferenceType"/>${open('SecurityTokenReferenceType')}`
}

/** What WCF declares beside every contract: CLR types by name, and attributes for references between objects. */
function serialization(): string {
  const same =
    'anyType anyURI base64Binary boolean byte dateTime decimal double float int long QName short string unsignedByte unsignedInt unsignedLong unsignedShort'.split(
      ' ',
    )
  const own: readonly (readonly [string, string])[] = [
    ['char', 'int'],
    ['duration', 'duration'],
    ['guid', 'string'],
  ]
  const roots = same.map((name) => `<element name="${name}" nillable="true" type="${name}"/>`)
  const types = own.map(
    ([name, base]) => `<element name="${name}" nillable="true" type="t:${name}"/>
      <simpleType name="${name}"><restriction base="${base}"/></simpleType>`,
  )
  return `${[...roots, ...types].join('')}
    ${attributes('QName', ['FactoryType'])}${attributes('ID', ['Id'])}${attributes('IDREF', ['Ref'])}`
}

/** What .NET's XmlSerializer names without declaring it. */
function microsoftTypes(): string {
  return `<simpleType name="guid"><restriction base="string"/></simpleType>
    <simpleType name="char"><restriction base="unsignedShort"/></simpleType>`
}

/** Apache SOAP's own types, which Axis took over. */
function apacheSoap(): string {
  return `<complexType name="mapItem"><sequence><element name="key" nillable="true" type="anyType"/>
      <element name="value" nillable="true" type="anyType"/></sequence></complexType>
    <complexType name="Map"><sequence><element name="item" minOccurs="0" maxOccurs="unbounded" type="t:mapItem"/></sequence></complexType>
    <complexType name="Vector"><sequence><element name="item" minOccurs="0" maxOccurs="unbounded" nillable="true" type="anyType"/></sequence></complexType>
    <complexType name="Element" mixed="true"><sequence>${rest()}</sequence></complexType>
    <complexType name="Document" mixed="true"><sequence>${rest()}</sequence></complexType>
    ${['DataHandler', 'Image', 'OctetStream', 'octet-stream', 'Source'].map((name) => `<simpleType name="${name}"><restriction base="base64Binary"/></simpleType>`).join('')}
    <simpleType name="PlainText"><restriction base="string"/></simpleType>`
}

function mediaType(name: string): string {
  return `<complexType name="${name}"><simpleContent><extension base="${name}">${uses(['contentType'])}</extension></simpleContent></complexType>`
}

function elements(names: readonly string[], type: string): string {
  return names.map((name) => `<element name="${name}" type="t:${type}"/>`).join('')
}

function attributes(type: string, names: readonly string[]): string {
  return names.map((name) => `<attribute name="${name}" type="${type}"/>`).join('')
}

function uses(names: readonly string[], prefix = 't'): string {
  return names.map((name) => `<attribute ref="${prefix}:${name}"/>`).join('')
}

function optional(name: string, type: string): string {
  return `<element name="${name}" type="t:${type}" minOccurs="0" form="qualified"/>`
}

function textWithAttributes(name: string, base: string, more = ''): string {
  return `<complexType name="${name}"><simpleContent><extension base="${base}">${more}<anyAttribute/></extension></simpleContent></complexType>`
}

/** Any elements, any attributes. */
function open(name: string): string {
  return `<complexType name="${name}"><sequence>${rest()}</sequence><anyAttribute/></complexType>`
}

function rest(): string {
  return '<any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>'
}
