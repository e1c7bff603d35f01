-- One row per application; once it is submitted its answers are never changed.

CREATE TABLE application (
  id uuid PRIMARY KEY,
  service text NOT NULL,
  flow_version integer NOT NULL,
  package_version integer NOT NULL,
  -- National id of the citizen. Personal data: read by equality only, never logged.
  applicant text NOT NULL,
  status text NOT NULL,
  answers jsonb,
  answers_hash text,
  started_at timestamptz NOT NULL,
  submitted_at timestamptz,
  -- Head of the event chain, so that a chain cut off at its end is noticed.
  event_count integer NOT NULL DEFAULT 0,
  event_head text NOT NULL DEFAULT '',
  FOREIGN KEY (service, flow_version, status) REFERENCES flow_status (service, version, status),
  CHECK ((submitted_at IS NULL) = (answers IS NULL)),
  CHECK ((submitted_at IS NULL) = (answers_hash IS NULL))
);

CREATE INDEX application_of_applicant ON application (applicant, started_at DESC, id);

-- What the registers said when the draft was made. The seal is compared at submission.
CREATE TABLE draft_field (
  application uuid NOT NULL REFERENCES application ON DELETE CASCADE,
  name text NOT NULL,
  ordinal integer NOT NULL,
  state text NOT NULL CHECK (state IN ('REGISTER', 'ASK', 'UNAVAILABLE')),
  locked boolean NOT NULL,
  value jsonb,
  seal text,
  provenance jsonb,
  reason jsonb,
  PRIMARY KEY (application, name),
  CHECK (NOT locked OR (state = 'REGISTER' AND value IS NOT NULL AND seal IS NOT NULL))
);
