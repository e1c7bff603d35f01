-- By what right somebody acts for another person. A mandate is asked for, becomes active, and ends. That its time has
-- passed is not written: whoever reads it compares, so that no job has to run for a mandate to end.

CREATE TABLE mandate (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('COUNTER', 'GUARDIAN', 'OFFICER')),
  state text NOT NULL CHECK (state IN ('REQUESTED', 'ACTIVE', 'ENDED', 'REFUSED')),
  -- The one who acts: `sub` at the sign-on.
  actor text NOT NULL,
  office text CHECK ((kind = 'COUNTER') = (office IS NOT NULL)),
  -- National id of a citizen or legal national id of a company. Personal data: read by equality only, never logged.
  principal text NOT NULL,
  -- National codes of services; null for all.
  services text[] CHECK (kind <> 'COUNTER' OR services IS NOT NULL),
  minutes integer NOT NULL CHECK (minutes > 0),
  uses_left integer CHECK (uses_left >= 0),
  requested_at timestamptz NOT NULL,
  -- Of the one-time code: an HMAC, never the code. Null where none was sent, and after it was used.
  code_hash bytea,
  code_expires_at timestamptz,
  tries_left integer NOT NULL DEFAULT 0 CHECK (tries_left >= 0),
  codes_made integer NOT NULL DEFAULT 0,
  sent_at timestamptz,
  active_at timestamptz,
  expires_at timestamptz,
  ended_at timestamptz,
  ended_by text CHECK (ended_by IN ('principal', 'actor', 'renewal')),
  event_count integer NOT NULL DEFAULT 0,
  event_head text NOT NULL DEFAULT '',
  CHECK (state <> 'ACTIVE' OR (active_at IS NOT NULL AND expires_at IS NOT NULL)),
  CHECK ((state = 'ENDED') = (ended_at IS NOT NULL))
);

CREATE INDEX mandate_of_principal ON mandate (principal, requested_at DESC, id);
CREATE INDEX mandate_of_actor ON mandate (actor, requested_at DESC, id);
CREATE INDEX mandate_of_office ON mandate (office, requested_at) WHERE office IS NOT NULL;

-- A citizen who wants no counter clerk to ask for a mandate any more.
CREATE TABLE mandate_ban (
  principal text PRIMARY KEY,
  since timestamptz NOT NULL
);

-- Hashed together with the one before, as the events of cases are.
CREATE TABLE mandate_event (
  mandate uuid NOT NULL REFERENCES mandate,
  seq integer NOT NULL CHECK (seq > 0),
  type text NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL CHECK (actor IN ('counter', 'guardian', 'officer', 'principal')),
  payload jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (mandate, seq)
);

CREATE TRIGGER mandate_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON mandate_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What was asked under a mandate: names of fields, never values.
CREATE TABLE mandate_act (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mandate uuid NOT NULL REFERENCES mandate,
  request uuid NOT NULL,
  at timestamptz NOT NULL,
  operation text,
  fields text[] NOT NULL,
  codes jsonb NOT NULL
);

CREATE INDEX mandate_act_of_mandate ON mandate_act (mandate, id);

CREATE TRIGGER mandate_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON mandate_act
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Events of a case say when somebody else acted for the citizen; which mandate it was stands in the payload.
ALTER TABLE case_event DROP CONSTRAINT case_event_actor_check;
ALTER TABLE case_event ADD CONSTRAINT case_event_actor_check
  CHECK (actor IN ('citizen', 'staff', 'agency', 'system', 'counter', 'guardian', 'officer'));
CREATE INDEX case_event_of_mandate ON case_event ((payload -> 'mandate' ->> 'id'))
  WHERE payload ? 'mandate';
