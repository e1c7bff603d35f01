/**
 * Values of the realm file's placeholders for the demo on one machine. They are public: a deployment sets its own
 * in the environment of Keycloak, and the embedded sign-on that uses these refuses to start in production.
 */
export const DEMO_VARIABLES = {
  PORTAL_URL: 'http://127.0.0.1:4000',
  DEMO_PASSWORD: 'panjareh',
  AGENCY_RMTO_SECRET: 'demo-only-rmto-secret',
  AGENCY_MRUD_SECRET: 'demo-only-mrud-secret',
} as const
