// A .NET DataSet as XmlSerializer writes it: an inline schema, then a diffgram. In: tables with rows. Out: XML.
// A table without rows is left out, as is a column that is DBNull; without any row the diffgram is empty.

import { escapeXml } from './soap-xml.ts'

export type Row = Readonly<Record<string, string | number | null>>

export interface Table {
  readonly name: string
  /** Column to XSD type, in the order of the columns. */
  readonly columns: Readonly<Record<string, 'string' | 'int' | 'decimal'>>
  readonly rows: readonly Row[]
}

const XSD = 'http://www.w3.org/2001/XMLSchema'
const MSDATA = 'urn:schemas-microsoft-com:xml-msdata'
const DIFFGRAM = 'urn:schemas-microsoft-com:xml-diffgram-v1'

export function writeDataSet(name: string, tables: readonly Table[]): string {
  const rows = tables.map(writeRows).join('')
  const content = rows === '' ? '' : `<${name} xmlns="">${rows}</${name}>`
  return (
    writeSchema(name, tables) +
    `<diffgr:diffgram xmlns:msdata="${MSDATA}" xmlns:diffgr="${DIFFGRAM}">${content}</diffgr:diffgram>`
  )
}

function writeSchema(name: string, tables: readonly Table[]): string {
  const elements = tables.map(({ name: table, columns }) => {
    const members = Object.entries(columns).map(
      ([column, type]) => `<xs:element name="${column}" type="xs:${type}" minOccurs="0"/>`,
    )
    return `<xs:element name="${table}"><xs:complexType><xs:sequence>${members.join('')}</xs:sequence></xs:complexType></xs:element>`
  })
  return (
    `<xs:schema id="${name}" xmlns="" xmlns:xs="${XSD}" xmlns:msdata="${MSDATA}">` +
    `<xs:element name="${name}" msdata:IsDataSet="true" msdata:UseCurrentLocale="true"><xs:complexType>` +
    `<xs:choice minOccurs="0" maxOccurs="unbounded">${elements.join('')}</xs:choice>` +
    `</xs:complexType></xs:element></xs:schema>`
  )
}

function writeRows({ name, columns, rows }: Table): string {
  return rows
    .map((row, order) => {
      const cells = Object.keys(columns).map((column) => {
        const value = row[column] ?? null
        return value === null ? '' : `<${column}>${escapeXml(String(value))}</${column}>`
      })
      return `<${name} diffgr:id="${name}${order + 1}" msdata:rowOrder="${order}">${cells.join('')}</${name}>`
    })
    .join('')
}
