-- The life cycle of a case is data: one flow per service and version, pinned to each running case.

CREATE TABLE flow (
  service text NOT NULL CHECK (service ~ '^[0-9]{11}$'),
  version integer NOT NULL CHECK (version > 0),
  -- Of the definition as read: a flow in use is never edited, a change is a new version.
  definition_hash text NOT NULL,
  PRIMARY KEY (service, version)
);

CREATE TABLE flow_status (
  service text NOT NULL,
  version integer NOT NULL,
  status text NOT NULL,
  ordinal integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('start', 'active', 'end')),
  official_fa text NOT NULL,
  citizen_fa text NOT NULL,
  citizen_en text NOT NULL,
  PRIMARY KEY (service, version, status),
  UNIQUE (service, version, ordinal),
  FOREIGN KEY (service, version) REFERENCES flow
);

CREATE TABLE flow_transition (
  service text NOT NULL,
  version integer NOT NULL,
  from_status text NOT NULL,
  action text NOT NULL,
  to_status text NOT NULL,
  PRIMARY KEY (service, version, from_status, action),
  FOREIGN KEY (service, version, from_status) REFERENCES flow_status (service, version, status),
  FOREIGN KEY (service, version, to_status) REFERENCES flow_status (service, version, status)
);
