-- Whether session look-ups may be answered from Redis. Redis cannot say so itself: a replica that is cut off from it could
-- not be told. One row; docs/decisions/008-look-up-cache.md has the protocol.
create table torioki_look_up_cache (
  id integer primary key default 1 check (id = 1),
  -- Entries of another database in the same Redis are not ours.
  database_id uuid not null default gen_random_uuid(),
  -- An entry counts only for as long as this has the number that it was written under.
  generation integer not null default 1,
  -- Until then no replica may use Redis, because one of them cannot reach it.
  off_until timestamptz not null default '-infinity'
);
insert into torioki_look_up_cache default values;
