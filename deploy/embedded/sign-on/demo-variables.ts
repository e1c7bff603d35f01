/**
 * Values of the realm file's placeholders for the demo on one machine. They are public: a deployment sets its own
 * in the environment of Keycloak, and the embedded sign-on that uses these refuses to start in production.
 */
export const DEMO_VARIABLES = {
  PORTAL_URL: 'http://127.0.0.1:4002',
  CONSOLE_URL: 'http://127.0.0.1:4002/console',
  DEMO_PASSWORD: 'panjareh',
  DEMO_TOTP_SECRET: 'PANJAREHDEMOTOTPSECRETONLY234567',
  PORTAL_SECRET: 'demo-only-portal-secret',
  CONSOLE_SECRET: 'demo-only-console-secret',
  SIGN_ON_ADMIN_SECRET: 'demo-only-sign-on-admin-secret',
  PAIRWISE_SALT: 'demo-only-pairwise-salt',
  AGENCY_RMTO_SECRET: 'demo-only-rmto-secret',
  AGENCY_MRUD_SECRET: 'demo-only-mrud-secret',
} as const
