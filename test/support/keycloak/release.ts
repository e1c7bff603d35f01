/**
 * The Keycloak that the suites run on, from Maven Central. Newer patches of 26 fit, too; older than 26.7.1 lack fixes
 * of functions that we use (docs/sign-on.md). Whoever changes the version changes the digest: `sha256sum` of the file.
 */
export const RELEASE = {
  version: '26.7.4',
  artifact: 'org.keycloak:keycloak-quarkus-dist:26.7.4:tar.gz',
  file: 'keycloak-quarkus-dist-26.7.4.tar.gz',
  folder: 'keycloak-26.7.4',
  sha256: '04823c336b797a7e18889a44262a7a64e6bf624cbbcc518c85e2622176ff2eee',
} as const
