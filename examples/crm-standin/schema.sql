CREATE SCHEMA IF NOT EXISTS core;
CREATE TABLE IF NOT EXISTS core.record (
  object text NOT NULL,
  id uuid NOT NULL,
  updated_at timestamptz NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (object, id)
);
CREATE INDEX IF NOT EXISTS record_change ON core.record (object, updated_at, id);
CREATE UNIQUE INDEX IF NOT EXISTS person_email ON core.record ((data #>> '{emails,primaryEmail}'))
  WHERE object = 'people' AND data #>> '{emails,primaryEmail}' <> '';
CREATE UNIQUE INDEX IF NOT EXISTS company_domain ON core.record ((data #>> '{domainName,primaryLinkUrl}'))
  WHERE object = 'companies' AND data #>> '{domainName,primaryLinkUrl}' <> '';
