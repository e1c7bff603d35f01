/**
 * Values of the realm file's placeholders for the demo on one machine. They are public: a deployment sets its own
 * in the environment of Keycloak, and the embedded sign-on that uses these refuses to start in production.
 */
export const DEMO_VARIABLES = {
  PORTAL_URL: 'http://127.0.0.1:4002',
  CONSOLE_URL: 'http://127.0.0.1:4002/console',
  /** The portal as the sign-on reaches it, to tell it that a session has ended. */
  PORTAL_INNER_URL: 'http://127.0.0.1:4002',
  /** The gateway likewise: for sessions of `cli`, which has no server of its own, and for tokens revoked all at once. */
  GATEWAY_INNER_URL: 'http://127.0.0.1:4000',
  DEMO_PASSWORD: 'panjareh',
  DEMO_TOTP_SECRET: 'PANJAREHDEMOTOTPSECRETONLY234567',
  PORTAL_SECRET: 'demo-only-portal-secret',
  CONSOLE_SECRET: 'demo-only-console-secret',
  SIGN_ON_ADMIN_SECRET: 'demo-only-sign-on-admin-secret',
  PAIRWISE_SALT: 'demo-only-pairwise-salt',
  AGENCY_RMTO_SECRET: 'demo-only-rmto-secret',
  AGENCY_MRUD_SECRET: 'demo-only-mrud-secret',
} as const
