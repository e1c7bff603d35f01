-- What acceptance brings into being: events, receipt, promise. All three are only ever added to.

CREATE TABLE case_event (
  application uuid NOT NULL REFERENCES application,
  seq integer NOT NULL CHECK (seq > 0),
  type text NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL CHECK (actor IN ('citizen', 'staff', 'agency', 'system')),
  -- Facts and hashes of values, never the values: an event outlives the data it speaks of.
  payload jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (application, seq)
);

CREATE TABLE receipt (
  application uuid PRIMARY KEY REFERENCES application,
  code text NOT NULL UNIQUE CHECK (code ~ '^[1-9][0-9]{11}$'),
  accepted_at timestamptz NOT NULL,
  answers_hash text NOT NULL
);

CREATE TABLE promise (
  application uuid NOT NULL REFERENCES application,
  seq integer NOT NULL CHECK (seq > 0),
  starts_at timestamptz NOT NULL,
  norm_days integer NOT NULL CHECK (norm_days >= 0),
  calendar_version text NOT NULL,
  due_at timestamptz NOT NULL,
  explanation jsonb NOT NULL,
  PRIMARY KEY (application, seq)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER promise_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON promise
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_change_of_submitted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.submitted_at IS NOT NULL AND (TG_OP = 'DELETE'
    OR (NEW.id, NEW.service, NEW.flow_version, NEW.package_version, NEW.applicant, NEW.answers, NEW.answers_hash, NEW.submitted_at)
      IS DISTINCT FROM
       (OLD.id, OLD.service, OLD.flow_version, OLD.package_version, OLD.applicant, OLD.answers, OLD.answers_hash, OLD.submitted_at)) THEN
    RAISE EXCEPTION 'a submitted application does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER application_submitted_stays BEFORE UPDATE OR DELETE ON application
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_submitted();
