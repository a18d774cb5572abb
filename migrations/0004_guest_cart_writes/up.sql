-- One row for every change that carried an Idempotency-Key, written with that change. Gone with its session.
create table torioki_idempotency_keys (
  session_id varchar(64) not null references guest_sessions (session_id) on delete cascade,
  key text not null,
  fingerprint text not null,
  created_at timestamptz not null default now(),
  primary key (session_id, key)
);

-- A statement sees the database as it was when the statement began, also after it has waited for the session's row.
-- A volatile function sees it as it is when called (PostgreSQL manual, "Function Volatility Categories"), so a cart
-- write calls these once it holds the row, and knows every line and every key that there is.
create function torioki_guest_lines(held_session_id varchar) returns setof guest_cart_items
language plpgsql volatile rows 10
as $$
begin
  return query select * from guest_cart_items where session_id = held_session_id;
end
$$;

create function torioki_delete_guest_lines(held_session_id varchar, line_ids integer[]) returns setof integer
language plpgsql volatile rows 10
as $$
begin
  return query delete from guest_cart_items where session_id = held_session_id and id = any(line_ids) returning id;
end
$$;

create function torioki_key_is_used(held_session_id varchar, used_key text) returns boolean
language plpgsql volatile
as $$
begin
  return exists (
    select from torioki_idempotency_keys where session_id = held_session_id and key = used_key);
end
$$;
