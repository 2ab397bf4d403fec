-- How well a file that devices get does on some labelled rows, measured from its own bytes.
create table file_metrics (
  file        text   not null,  -- SHA-256 of the file
  data        text   not null,  -- on which rows
  metrics     text   not null,  -- JSON
  measured_at bigint not null,
  primary key (file, data)
);

-- Files that this coordinator made of a version by itself: other encodings of the version's own weights.
create table made_files (
  file text not null primary key
);
