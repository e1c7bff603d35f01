// The simulated systems, one line each. To add one: write its simulator (port in simulator.ts) and name it here.

import type { CreateSimulator } from './simulator.ts'
import { createCaaLicence } from './systems/caa-licence.ts'
import { createCaaPaxrights } from './systems/caa-paxrights.ts'
import { createCdticRail } from './systems/cdtic-rail.ts'
import { createCdticRoad } from './systems/cdtic-road.ts'
import { createCraShahkar } from './systems/cra-shahkar.ts'
import { createIacFids } from './systems/iac-fids.ts'
import { createInbrLicence } from './systems/inbr-licence.ts'
import { createIrimoData } from './systems/irimo-data.ts'
import { createIrimoWarn } from './systems/irimo-warn.ts'
import { createMrudAmlak } from './systems/mrud-amlak.ts'
import { createMrudSaman } from './systems/mrud-saman.ts'
import { createNlhoFormj } from './systems/nlho-formj.ts'
import { createNocrPerson } from './systems/nocr-person.ts'
import { createNtdcUnit } from './systems/ntdc-unit.ts'
import { createPmoPcs } from './systems/pmo-pcs.ts'
import { createPmoSeafarer } from './systems/pmo-seafarer.ts'
import { createPmoVessel } from './systems/pmo-vessel.ts'
import { createPostGnaf } from './systems/post-gnaf.ts'
import { createRahvarLicence } from './systems/rahvar-licence.ts'
import { createRaiDriver } from './systems/rai-driver.ts'
import { createRaiExtapi } from './systems/rai-extapi.ts'
import { createRaiWagon } from './systems/rai-wagon.ts'
import { createRmto141 } from './systems/rmto-141.ts'
import { createRmtoIts } from './systems/rmto-its.ts'
import { createRmtoOversize } from './systems/rmto-oversize.ts'
import { createRmtoPaxlist } from './systems/rmto-paxlist.ts'
import { createRmtoSmartcard } from './systems/rmto-smartcard.ts'
import { createRmtoTechinsp } from './systems/rmto-techinsp.ts'
import { createRmtoWaybill } from './systems/rmto-waybill.ts'
import { createSsaaDeed } from './systems/ssaa-deed.ts'
import { createSsaaLegal } from './systems/ssaa-legal.ts'
import { createTaminHistory } from './systems/tamin-history.ts'
import { createUdrcFabric } from './systems/udrc-fabric.ts'
import { createUrbPlan } from './systems/urb-plan.ts'
import { createVazifeStatus } from './systems/vazife-status.ts'

export const SYSTEMS: readonly CreateSimulator[] = [
  createNocrPerson,
  createCraShahkar,
  createPostGnaf,
  createSsaaDeed,
  createRahvarLicence,
  createTaminHistory,
  createVazifeStatus,
  createRmtoSmartcard,
  createNlhoFormj,
  createMrudAmlak,
  createRaiDriver,
  createSsaaLegal,
  createCaaPaxrights,
  createRmtoWaybill,
  createPmoVessel,
  createUrbPlan,
  createRmtoOversize,
  createRmtoTechinsp,
  createRmtoIts,
  createCdticRail,
  createMrudSaman,
  createCdticRoad,
  createRmto141,
  createIacFids,
  createNtdcUnit,
  createIrimoWarn,
  createInbrLicence,
  createUdrcFabric,
  createPmoPcs,
  createRaiExtapi,
  createRaiWagon,
  createCaaLicence,
  createIrimoData,
  createPmoSeafarer,
  createRmtoPaxlist,
]
