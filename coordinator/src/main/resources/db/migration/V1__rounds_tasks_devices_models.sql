-- Instants are milliseconds since 1970-01-01T00:00:00Z. Digests are lower-case hexadecimal.

create table leases (
  name        text    not null primary key,
  holder      text    not null,
  epoch       bigint  not null,
  acquired_at bigint  not null
);

create table populations (
  name       text   not null primary key,
  created_at bigint not null
);

create table tasks (
  name       text   not null primary key,
  population text   not null references populations(name),
  config     text   not null,  -- JSON, the canonical form of the task's configuration
  status     text   not null,  -- RUNNING, PAUSED, FINISHED
  reason     text   not null,
  created_at bigint not null,
  updated_at bigint not null
);

create table devices (
  device_id    text   not null primary key,
  population   text   not null references populations(name),
  public_key   blob   not null,
  sdk_version  text   not null,
  enrolled_at  bigint not null,
  last_seen_at bigint not null
);
create index devices_by_population on devices(population, device_id);

create table enrolment_tokens (
  token_hash text    not null primary key,
  population text    not null references populations(name),
  uses_left  integer not null,
  created_at bigint  not null,
  expires_at bigint  not null
);

-- What a round looks like now; the journal below is the truth it is computed from.
create table rounds (
  task          text    not null references tasks(name),
  number        bigint  not null,
  kind          text    not null,
  state         text    not null,
  open          integer not null,  -- 1 until the round reaches a terminal state
  base_digest   text    not null,  -- '' until the model of the round is fixed
  result_digest text    not null,  -- '' until published
  selected      integer not null,
  counted       integer not null,
  dropped       integer not null,
  target        integer not null,
  minimum       integer not null,
  planned_at    bigint  not null,
  changed_at    bigint  not null,
  reason        text    not null,
  metrics       text    not null,  -- JSON, '' without
  epoch         bigint  not null,  -- of the owner that wrote last
  primary key (task, number)
);
create index rounds_open on rounds(open) where open = 1;

create table round_events (
  task     text    not null,
  number   bigint  not null,
  sequence integer not null,
  at       bigint  not null,
  type     text    not null,
  payload  text    not null,  -- JSON with its own version
  checksum bigint  not null,  -- CRC-32C of the payload in UTF-8
  epoch    bigint  not null,
  primary key (task, number, sequence),
  foreign key (task, number) references rounds(task, number)
);

-- Kept after the contents are gone: an identical retry is answered identically, whenever it comes.
create table counted_uploads (
  task       text   not null,
  number     bigint not null,
  device_id  text   not null,
  upload_id  text   not null,
  sha256     text   not null,
  counted_at bigint not null,
  primary key (task, number, device_id),
  foreign key (task, number) references rounds(task, number)
);

create table model_versions (
  task             text    not null references tasks(name),
  version          bigint  not null,  -- 0 is the initial model
  digest           text    not null,
  parent           text    not null,  -- digest of version - 1, '' for the initial model
  round_number     bigint  not null,  -- 0 for the initial model
  bytes            bigint  not null,
  devices          integer not null,
  optimizer_digest text    not null,  -- state of the server optimiser after this version, '' without
  metrics          text    not null,  -- JSON, '' without
  created_at       bigint  not null,
  primary key (task, version)
);
create index model_versions_by_digest on model_versions(digest);

-- Federated metrics: what the devices of an evaluation round measured on their own data.
create table model_evaluations (
  eval_task    text    not null references tasks(name),
  round_number bigint  not null,
  digest       text    not null,
  devices      integer not null,
  metrics      text    not null,  -- JSON
  created_at   bigint  not null,
  primary key (eval_task, round_number)
);
create index model_evaluations_by_digest on model_evaluations(digest);
