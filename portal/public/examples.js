/** @typedef {{ title: string, query: string, variables?: string }} Example */

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
  {
    title: 'همهٔ سامانه‌ها، یک پرسش · One question, twenty-eight systems',
    query: /* GraphQL */ `
      query Everything @provenance {
        me {
          firstName
          lastName
          birthDateJalali
          ownsMobile(mobile: "09000000001")
          residence {
            text
            occupancy {
              status
            }
            fabric {
              name
              kind
            }
            nearestWeatherStation {
              distanceKm
              station {
                name
              }
            }
          }
          deeds {
            shareDang
            plot {
              plotId
              landUse {
                use
                floors
              }
              rightsOfWay {
                road
                kind
              }
              fabric {
                name
              }
            }
          }
          vehiclePlates {
            plate
            model
            vehicle {
              technicalInspection {
                valid
                validUntil
              }
              waybills {
                number
                cargo
                fareRial
                carrier {
                  name
                }
              }
              oversizePermits {
                number
                widthMetres
              }
            }
          }
          drivingLicence {
            class
            negativePoints
          }
          driverCard {
            grade
            expiresOn
          }
          insurance {
            totalDays
          }
          conscription {
            status
          }
          formJ {
            colour
          }
          housingAid {
            applications {
              scheme
            }
          }
          newTownUnits {
            town
          }
          companies {
            position
            company {
              name
              status
            }
          }
          vessels {
            name
            portCalls {
              port
            }
          }
          engineerLicence {
            number
            discipline
          }
          seafarerDocument {
            rankFa
          }
          aviationLicence {
            kind
          }
          railDriverLicence {
            grade
          }
          busTrips {
            destination
          }
          flightClaims {
            status
          }
        }
      }
    `,
  },
  {
    title: 'شرکت، کشتی و ریل، برای دستگاه · A company at sea and on rails, for an agency',
    query: /* GraphQL */ `
      query Company($shipowner: LegalNationalId!, $operator: LegalNationalId!) @provenance {
        shipowner: legalPerson(legalNationalId: $shipowner) {
          name
          vessels {
            imoNumber
            name
            kind
            portCalls {
              port
              arrivedAt
              cargoTonnes
            }
            owners {
              sharePercent
              company {
                name
              }
            }
          }
          board {
            position
            person {
              lastName
              seafarerDocument {
                rankFa
                certificates {
                  kind
                  expiresOn
                }
              }
            }
          }
        }
        operator: legalPerson(legalNationalId: $operator) {
          name
          railPermits {
            kind
            expiresOn
          }
          railFleet {
            wagonCount
            wagons {
              capacityTonnes
              wagon {
                wagonNumber
                state
                station
                waybills {
                  cargo
                  weightTonnes
                  consignee {
                    name
                  }
                }
              }
            }
          }
        }
      }
    `,
    variables: '{ "shipowner": "99005688137", "operator": "99032177042" }',
  },
  {
    title: 'پرواز، هوا و راه، بدون ورود · Flights, weather and roads, without signing in',
    query: /* GraphQL */ `
      query Travel @provenance {
        flight(flightId: "X7113-2026-11-20") {
          number
          status
          delayReason
          scheduledDeparture
          actualDeparture
          origin {
            name
          }
          passengerRights {
            event
            refundPercent
            forceMajeure
          }
        }
        province(code: "23") {
          weatherWarnings {
            event
            level
          }
          roadSections {
            name
            status
            cause
          }
        }
        weatherStation(stationId: "99754") {
          name
          dailyWeather(from: "2026-11-20", until: "2026-11-22") {
            day
            minTemperature
            maxTemperature
            phenomena
          }
        }
        railProject(projectId: "RC-1107") {
          name
          progressPercent
        }
      }
    `,
  },
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
]

/** As an editor shows them: from the first column on. */
export const EXAMPLES = WRITTEN.map((one) => ({ ...one, query: flushLeft(one.query) }))

/** @param {string} text */
function flushLeft(text) {
  const indent = /^\n( *)/.exec(text)?.[1] ?? ''
  return `${text.replaceAll(`\n${indent}`, '\n').trim()}\n`
}
