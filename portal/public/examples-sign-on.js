// What concerns the sign-in itself: a second factor, acting for others, one's sessions, the administration.

/** @type {import('./examples-across.js').Example[]} */
export const SIGN_ON = [
  {
    title: 'فرم ج، با تأیید دومرحله‌ای · Form J, with the second factor',
    query: /* GraphQL */ `
      query FormJ {
        me {
          formJ {
            colour
          }
        }
      }
    `,
  },
  {
    title: 'نشست‌های من · My sessions',
    query: /* GraphQL */ `
      query Sessions {
        mySessions {
          id
          startedAt
          lastAccessAt
          clients
          current
        }
      }
    `,
  },
  {
    title: 'نمایندگی‌ها به نام من · Mandates in my name',
    query: /* GraphQL */ `
      query Mandates {
        myMandates {
          id
          kind
          state
          office
          services {
            title {
              fa
            }
          }
          expiresAtJalali
          acts {
            at
            fields
          }
        }
      }
    `,
  },
  {
    title: 'پیشخوان: درخواست نمایندگی · Counter: ask for a mandate',
    query: /* GraphQL */ `
      mutation AskMandate($nationalId: NationalId!, $mobile: MobileNumber!, $services: [ID!]!) {
        requestCounterMandate(
          nationalId: $nationalId
          mobile: $mobile
          services: $services
          minutes: 20
        ) {
          id
          codeExpiresAt
        }
      }
    `,
    variables:
      '{ "nationalId": "0004120371", "mobile": "09000000001", "services": ["18071001000"] }',
  },
  {
    title: 'پیشخوان: تأیید با کد شهروند · Counter: confirm by the citizen’s code',
    query: /* GraphQL */ `
      mutation ConfirmMandate($mandate: ID!, $sent: String!) {
        confirmCounterMandate(id: $mandate, code: $sent) {
          state
          expiresAtJalali
        }
      }
    `,
    variables: '{ "mandate": "", "sent": "" }',
  },
  {
    title: 'نمایندگی فرزند، با تأیید دومرحله‌ای · Act for one’s child, with the second factor',
    query: /* GraphQL */ `
      mutation TakeGuardianMandate($child: NationalId!) {
        takeGuardianMandate(childNationalId: $child) {
          id
          state
          expiresAtJalali
        }
      }
    `,
    variables: '{ "child": "9924357442" }',
  },
  {
    title: 'نمایندگی شرکت، با تأیید دومرحله‌ای · Act for a company, with the second factor',
    query: /* GraphQL */ `
      mutation TakeOfficerMandate($company: LegalNationalId!) {
        takeOfficerMandate(legalNationalId: $company) {
          id
          state
          expiresAtJalali
        }
      }
    `,
    variables: '{ "company": "00010345766" }',
  },
  {
    title: 'پایان‌دادن به نمایندگی · End a mandate',
    query: /* GraphQL */ `
      mutation EndMandate($mandate: ID!) {
        # In one's own name: «به نمایندگی» stands at «—».
        endMandate(id: $mandate) {
          state
          endedBy
        }
      }
    `,
    variables: '{ "mandate": "" }',
  },
  {
    title: 'کلاینت‌های دستگاه‌ها، در میز کارکنان · Clients of agencies, in the console',
    query: /* GraphQL */ `
      query Clients {
        agencyClients(first: 20) {
          nodes {
            clientId
            agency
            enabled
            roles
            secretSince
          }
        }
      }
    `,
  },
  {
    title: 'تغییرهای ورود یکپارچه، در میز کارکنان · Changes of the sign-on, in the console',
    query: /* GraphQL */ `
      query Changes {
        signOnChanges(first: 20) {
          nodes {
            at
            action
            targetId
            reason
            outcome
            code
          }
          chain {
            intact
          }
        }
      }
    `,
  },
]
