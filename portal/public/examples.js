/** @typedef {{ title: string, query: string, variables?: string }} Example */

/** @type {Example[]} */
export const EXAMPLES = [
  {
    title: 'من، از شش سامانه · Me, from six systems',
    query: `query Me {
  me {
    nationalId
    firstName
    lastName
    birthDate
    residence { postCode province city text }
    driverCard { cardNumber kind grade expiresOn active }
    drivingLicence { class expiresOn negativePoints }
    insurance { totalDays }
    conscription { status statusText }
  }
}
`,
  },
  {
    title: 'با خاستگاه هر مقدار · With provenance',
    query: `query Me @provenance {
  me {
    firstName
    lastName
    birthDateJalali
    residence { postCode text }
    vehiclePlates { plate model }
  }
}
`,
  },
  {
    title: 'ملک‌های من و شریکان · My plots and co-owners',
    query: `query Deeds {
  me {
    deeds {
      registryPlate
      kind
      shareDang
      address { text }
      coOwners { fullName shareDang }
    }
  }
}
`,
  },
  {
    title: 'این شماره به نام من است؟ · Is this number mine?',
    query: `query Mobile($mobile: MobileNumber!) {
  me {
    ownsMobile(mobile: $mobile)
  }
}
`,
    variables: '{ "mobile": "09000000001" }',
  },
  {
    title: 'فهرست خدمات، بی‌ورود · Catalogue, without signing in',
    query: `query Services {
  services {
    code
    title
  }
}
`,
  },
]
