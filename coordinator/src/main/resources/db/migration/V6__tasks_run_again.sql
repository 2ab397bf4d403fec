-- Rounds of a task that had been published when its current run began: a finished task may run again. -1: its first run.
alter table tasks add column begun_with bigint not null default -1;

-- Which version a change was about, also when its manifest is deleted: what was sent once is not sent again by itself.
alter table channel_history add column version text not null default '';
update channel_history set version =
  coalesce((select version from manifests where manifests.digest = channel_history.manifest), '');
