# The gateway, the portal's server and the realm command: no embedded engines, no tests, no build step (Node runs the
# TypeScript as it is).
FROM node:26.10.0-bookworm-slim AS packages
WORKDIR /panjareh
COPY package.json package-lock.json .npmrc ./
# Without scripts and optional packages: they would bring the binaries of the embedded PostgreSQL and a second Node.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:26.10.0-bookworm-slim
WORKDIR /panjareh
ENV NODE_ENV=production PANJAREH_HOST=0.0.0.0 PANJAREH_PORT=4000
COPY --from=packages /panjareh/node_modules node_modules
COPY package.json LICENSE ./
COPY schema schema
COPY adapters adapters
COPY subgraphs subgraphs
COPY gateway gateway
COPY portal/public portal/public
COPY portal/server portal/server
COPY deploy/realm deploy/realm
COPY deploy/keycloak deploy/keycloak
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PANJAREH_PORT}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "gateway/main.ts"]
