-- A model version in another form: quantised, pruned, distilled, exported. Named by the SHA-256 of its file.
create table artifacts (
  version    text   not null,  -- digest of the model version that it was made from
  kind       text   not null,
  digest     text   not null,
  bytes      bigint not null,
  details    text   not null,  -- JSON: specification where it is not the version's own, chain of codecs, report
  created_at bigint not null,
  primary key (version, kind)
);
create index artifacts_by_digest on artifacts(digest);

-- A file that leads from one artifact of a kind to another of the same kind.
create table deltas (
  kind       text   not null,
  base       text   not null,  -- digest of the artifact that a device has
  target     text   not null,
  digest     text   not null,
  bytes      bigint not null,
  created_at bigint not null,
  primary key (kind, base, target)
);
create index deltas_by_digest on deltas(digest);

-- What is told of a version to those who run it; the text never changes.
create table manifests (
  digest     text   not null primary key,  -- SHA-256 of the text
  version    text   not null,
  content    text   not null,
  created_at bigint not null
);
create index manifests_by_version on manifests(version);

-- A movable name: which version the devices of a population run.
create table channels (
  population text   not null references populations(name),
  name       text   not null,
  release    text   not null,  -- manifest, '' before the first
  rollout    text   not null,  -- JSON of the rollout that is under way, '' without
  changes    bigint not null,  -- how often it changed: the last sequence of its history
  primary key (population, name)
);

create table channel_history (
  population text   not null,
  name       text   not null,
  sequence   bigint not null,
  at         bigint not null,
  actor      text   not null,
  action     text   not null,
  manifest   text   not null,
  reason     text   not null,
  primary key (population, name, sequence),
  foreign key (population, name) references channels(population, name)
);

-- What devices reported of a version, by the hour in which the report came.
create table version_health (
  population    text   not null,
  manifest      text   not null,
  hour          bigint not null,  -- hours since 1970-01-01T00:00:00Z
  loads         bigint not null,
  load_failures bigint not null,
  calls         bigint not null,
  call_failures bigint not null,
  crashes       bigint not null,
  latency       text   not null,  -- counts by bucket, separated by spaces
  primary key (population, manifest, hour)
);

-- A device's reports count once; which versions it reported of, and when last.
create table device_reports (
  device_id text   not null primary key,
  sequence  bigint not null,
  at        bigint not null,
  refusal   text   not null  -- why it did not take the last update, '' when it did
);
create table device_versions (
  manifest   text   not null,
  device_id  text   not null,
  population text   not null,
  last_at    bigint not null,
  primary key (manifest, device_id)
);
