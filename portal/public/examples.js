import { ACROSS } from './examples-across.js'
import { SIGN_ON } from './examples-sign-on.js'

/** @typedef {import('./examples-across.js').Example} Example */

/** @type {Example[]} */
const WRITTEN = [
  {
    title: 'من، از شش سامانه · Me, from six systems',
    query: /* GraphQL */ `
      query Me {
        me {
          nationalId
          firstName
          lastName
          birthDate
          residence {
            postCode
            province
            city
            text
          }
          driverCard {
            cardNumber
            kind
            grade
            expiresOn
            active
          }
          drivingLicence {
            class
            expiresOn
            negativePoints
          }
          insurance {
            totalDays
          }
          conscription {
            status
            statusText
          }
        }
      }
    `,
  },
  {
    title: 'با خاستگاه هر مقدار · With provenance',
    query: /* GraphQL */ `
      query WithProvenance @provenance {
        me {
          firstName
          lastName
          birthDateJalali
          residence {
            postCode
            text
          }
          vehiclePlates {
            plate
            model
          }
        }
      }
    `,
  },
  ...ACROSS,
  {
    title: 'ملک‌های من و شریک‌ها · My plots and co-owners',
    query: /* GraphQL */ `
      query Deeds {
        me {
          deeds {
            registryPlate
            kind
            shareDang
            address {
              text
            }
            coOwners {
              fullName
              shareDang
            }
          }
        }
      }
    `,
  },
  {
    title: 'این شماره به نام من است؟ · Is this number mine?',
    query: /* GraphQL */ `
      query Mobile($mobile: MobileNumber!) {
        me {
          ownsMobile(mobile: $mobile)
        }
      }
    `,
    variables: '{ "mobile": "09000000001" }',
  },
  {
    title: 'فهرست خدمات، بدون ورود · Catalogue, without signing in',
    query: /* GraphQL */ `
      query Services {
        services {
          nodes {
            code
            title {
              fa
              en
            }
            promise {
              workingDays
            }
          }
        }
      }
    `,
  },
  {
    title: 'آغاز درخواست · Start an application',
    query: /* GraphQL */ `
      mutation Start($service: ID!) {
        startApplication(service: $service) {
          application {
            id
            status {
              text {
                fa
              }
            }
          }
          fields {
            name
            title {
              fa
            }
            value
            locked
            state
            provenance {
              system
              fetchedAtJalali
            }
          }
        }
      }
    `,
    variables: '{ "service": "18071001000" }',
  },
  {
    title: 'ثبت درخواست · Submit an application',
    query: /* GraphQL */ `
      mutation Submit($id: ID!, $answers: JSON!) {
        submitApplication(id: $id, answers: $answers) {
          ... on SubmissionAccepted {
            receipt {
              trackingCodePersian
              acceptedAtJalali
              promise {
                dueOnJalali
                workingDays
              }
            }
          }
          ... on SubmissionRefused {
            problems {
              field
              code
              message {
                fa
              }
            }
          }
        }
      }
    `,
    variables: `{
  "id": "",
  "answers": {
    "requestKind": "RENEW",
    "requestedGrade": 1,
    "healthCardExpiresOn": "2027-09-22",
    "criminalRecordNumber": "12345678",
    "declaration": true
  }
}`,
  },
  {
    title: 'پیگیری با کد رهگیری · Track by code',
    query: /* GraphQL */ `
      query Track($code: String!) {
        trackCase(code: $code) {
          status {
            text {
              fa
            }
          }
          steps {
            atJalali
            status {
              text {
                fa
              }
            }
          }
          receipt {
            promise {
              dueOnJalali
            }
          }
        }
      }
    `,
    variables: '{ "code": "" }',
  },
  {
    title: 'استعلام دستگاه · An inquiry by an agency',
    query: /* GraphQL */ `
      query Inquiry($nationalId: NationalId!) {
        person(nationalId: $nationalId) {
          firstName
          lastName
          deathStatus
          driverCard {
            cardNumber
            grade
            active
          }
        }
      }
    `,
    variables: '{ "nationalId": "0004120371" }',
  },
  ...SIGN_ON,
]

/** As an editor shows them: from the first column on. */
export const EXAMPLES = WRITTEN.map((one) => ({ ...one, query: flushLeft(one.query) }))

/** @param {string} text */
function flushLeft(text) {
  const indent = /^\n( *)/.exec(text)?.[1] ?? ''
  return `${text.replaceAll(`\n${indent}`, '\n').trim()}\n`
}
