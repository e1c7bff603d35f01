// The long questions: one goes over many systems.

/** @typedef {{ title: string, query: string, variables?: string }} Example */

/** @type {Example[]} */
export const ACROSS = [
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
]
