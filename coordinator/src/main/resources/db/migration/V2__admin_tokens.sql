create table admin_tokens (
  token_hash text   not null primary key,  -- SHA-256 of the token's text, lower-case hexadecimal
  created_at bigint not null
);
