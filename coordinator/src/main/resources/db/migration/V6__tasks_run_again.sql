-- Rounds of a task that had been published when its current run began: a finished task may run again.
alter table tasks add column begun_with bigint not null default 0;
