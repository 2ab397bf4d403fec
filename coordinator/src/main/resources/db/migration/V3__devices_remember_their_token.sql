-- SHA-256 of the token a device enrolled with last, lower-case hexadecimal; '' when that was not noted yet. A repeated
-- enrolment is told apart from a new one by it.
alter table devices add column enrolment_token text not null default '';
