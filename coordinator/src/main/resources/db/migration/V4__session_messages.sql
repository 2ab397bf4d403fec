-- What the devices of an open round said in its sessions, sealed with a key of that round, so that the round can go on
-- in another process. Gone when its sum is open or it has ended.
create table session_messages (
  task      text   not null,
  number    bigint not null,
  step      text   not null,  -- KEYS, SHARES, CONFIRMATION, UNMASKING
  device_id text   not null,
  sealed    blob   not null,
  primary key (task, number, step, device_id),
  foreign key (task, number) references rounds(task, number)
);
