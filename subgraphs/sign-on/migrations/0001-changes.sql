-- What administrators changed at the sign-on: an intent before the call, an outcome after it. Only ever added to.

CREATE TABLE change_event (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  change uuid NOT NULL,
  stage text NOT NULL CHECK (stage IN ('INTENT', 'DONE', 'REFUSED', 'FAILED', 'UNKNOWN')),
  at timestamptz NOT NULL,
  -- Facts and names, never a secret, a key or a person's data; null with an outcome, which repeats nothing.
  facts jsonb NOT NULL,
  agency text,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  UNIQUE (change, stage)
);

CREATE INDEX change_event_of_agency ON change_event (agency, seq);

-- One row: where the chain ends. It is locked while an event is added.
CREATE TABLE change_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  seq bigint NOT NULL,
  hash text NOT NULL
);
INSERT INTO change_head (seq, hash) VALUES (0, '');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER change_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON change_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
