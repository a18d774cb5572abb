-- A statement sees the database as it was when the statement began, also after it has waited for the session's row.
-- A volatile function sees it as it is when called (PostgreSQL manual, "Function Volatility Categories"), so a cart
-- write calls this one once it holds the row, and knows every line that there is: for the cap of 100 and the answer.
create function torioki_guest_lines(held_session_id varchar) returns setof guest_cart_items
language plpgsql volatile rows 10
as $$
begin
  return query select * from guest_cart_items where session_id = held_session_id;
end
$$;

-- One row for every change that carried an Idempotency-Key, written with that change. Gone with its session.
create table guest_idempotency_keys (
  session_id varchar(64) not null references guest_sessions (session_id) on delete cascade,
  key text not null,
  fingerprint text not null,
  created_at timestamptz not null default now(),
  primary key (session_id, key)
);
