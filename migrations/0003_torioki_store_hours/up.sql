-- When a store takes orders. A table of ours, because stores is the host's.
-- week: [{"weekday": 1 (Monday) to 7, "opens": "HH:MM", "closes": "HH:MM"}]; closes <= opens means after midnight.
create table torioki_store_hours (
  store_id integer primary key references stores (id) on delete cascade,
  time_zone text not null,
  week jsonb not null
);
